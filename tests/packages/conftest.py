"""Both wheels, built from the checkout, and new environments to install them into."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.packages.wheel import Wheel

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = {"tsloss": ROOT, "tsloss-core": ROOT / "packages" / "tsloss-core"}
THIRD_PARTY = Path(torch.__file__).parents[1]


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Wheel]:
    """The wheels by the name of their project, built as `make wheels` builds them."""
    return {
        name: _build(folder, tmp_path_factory.mktemp(name)) for name, folder in PROJECTS.items()
    }


@pytest.fixture
def installed(tmp_path: Path, wheels: dict[str, Wheel]) -> Callable[..., Path]:
    """Makes a new environment with some of the wheels and returns its `bin`.

    Third-party packages are those of this environment, by a .pth file, so that nothing is
    downloaded again; an editable install there is not seen, for .pth files do not nest. That the
    wheels ask for them is checked against their metadata.
    """

    def install(*projects: str) -> Path:
        environment = tmp_path / "environment"
        _run("-m", "venv", "--without-pip", str(environment))
        binaries = environment / "bin"
        chosen = [str(wheels[project].path) for project in projects]
        _run("-m", "pip", "--python", str(binaries / "python"), "install", "--quiet",
             "--no-deps", "--no-index", *chosen)  # fmt: skip
        (site,) = environment.glob("lib/python*/site-packages")
        (site / "third-party.pth").write_text(f"{THIRD_PARTY}\n")
        return binaries

    return install


def _build(project: Path, out: Path) -> Wheel:
    _run("-m", "hatchling", "build", "-t", "wheel", "-d", str(out), folder=project)
    (path,) = out.glob("*.whl")
    return Wheel(path)


def _run(*arguments: str, folder: Path | None = None) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
