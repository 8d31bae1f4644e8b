"""The default catalogue names the bundled model where it lies and keeps what was added."""

import json
from pathlib import Path

import pytest

from cli.defaults import MODEL_ID
from cli.embedded import DataFolder
from cli.service.catalogue import ensure_catalogue
from store.catalogue import read_catalogue


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A data folder whose model needs no conversion."""
    folder = DataFolder(tmp_path / "data")
    (folder.models / MODEL_ID).mkdir(parents=True)
    return folder


class TestEnsureCatalogue:
    def test_it_names_the_bundled_model(self, folder: DataFolder) -> None:
        (entry,) = read_catalogue(ensure_catalogue(folder)).all()
        assert (entry.id, entry.path) == (MODEL_ID, str(folder.models / MODEL_ID))

    def test_a_moved_folder_finds_its_model(self, folder: DataFolder, tmp_path: Path) -> None:
        ensure_catalogue(folder)
        moved = DataFolder(folder.path.rename(tmp_path / "moved"))
        (entry,) = read_catalogue(ensure_catalogue(moved)).all()
        assert entry.path == str(tmp_path / "moved" / "models" / MODEL_ID)

    def test_what_an_operator_wrote_stays(self, folder: DataFolder) -> None:
        own = [{"id": "mine", "path": "/srv/mine", "queue": "gpu"}]
        folder.catalogue.write_text(json.dumps(own))
        ensure_catalogue(folder)
        assert json.loads(folder.catalogue.read_text()) == own
