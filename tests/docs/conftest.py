"""A folder in which the documents' commands work as they stand, over a running service."""

import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.embedded.data_folder import SETTINGS_FILE
from store.ids import new_id
from tests.docs.pages import ROOT
from tests.docs.session import Session
from tests.support.running import FINAL, Client, Running
from tests.support.serving import serving
from tsloss_core.models import bundled_model

MODEL = "smollm2-135m-instruct"


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, own_database_url: str, redis_url: str
) -> Iterator[Running]:
    """A service whose base model has the bundled one's name and a tiny model's weights."""
    running = Running.prepare(tmp_path_factory.mktemp("service"), own_database_url, redis_url)
    catalogue = running.folder / "models.json"
    catalogue.write_text(catalogue.read_text("utf-8").replace('"tiny"', f'"{MODEL}"'), "utf-8")
    with running.started():
        yield running


@pytest.fixture
def session(service: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A reader's session in a folder like the one that `make install` and `tsloss serve` leave."""
    _prepare(tmp_path, service.folder / "model", monkeypatch)
    key = service.new_key(new_id("proj"))
    published = service.settings | {"TSLOSS_BASE_URL": service.base_url}
    (tmp_path / "data" / "api-key").write_text(key + "\n")
    (tmp_path / "data" / SETTINGS_FILE).write_text(json.dumps(published))
    yield Session(tmp_path, service.base_url)
    _cancel_all(Client.at(service, key))


def _cancel_all(client: Client) -> None:
    """What a page left running must not keep the next one waiting."""
    for kind in ("fine_tuning/jobs", "analyses"):
        for job in client.http.get(f"/v1/{kind}", params={"limit": 100}).json()["data"]:
            if job["status"] not in FINAL:
                client.http.post(f"/v1/{kind}/{job['id']}/cancel")


@pytest.fixture
def real_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """The same over `tsloss serve` and the bundled model."""
    _prepare(tmp_path, bundled_model(ROOT / "build" / "models"), monkeypatch)
    with serving([str(tmp_path / ".venv" / "bin" / "tsloss"), "serve"], tmp_path) as address:
        yield Session(tmp_path, address)


def _prepare(folder: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the folder, and go there as a reader without settings would."""
    _write_environment(folder / ".venv" / "bin")
    for models in (folder / "data" / "models", folder / "models"):
        models.mkdir(parents=True)
        (models / MODEL).symlink_to(model)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", _path_without_tsloss())
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name in [name for name in os.environ if name.startswith("TSLOSS_")]:
        monkeypatch.delenv(name)


def _path_without_tsloss() -> str:
    """The search path of a reader who has not activated an environment."""
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(each for each in folders if not (Path(each) / "tsloss").exists())


def _write_environment(folder: Path) -> None:
    """Write what a page uses of `.venv/bin`."""
    folder.mkdir(parents=True)
    (folder / "activate").write_text(f'export PATH="{folder}:$PATH"\n')
    command = folder / "tsloss"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m cli.main "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
