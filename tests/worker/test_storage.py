"""How long a run waits for its storage."""

from pathlib import Path

import pytest

from store.artifacts import ArtifactMissingError, open_artifacts
from worker.errors import RunStoppedError, StorageAwayError
from worker.storage import PatientArtifacts


def _broken(folder: Path, patience: float) -> PatientArtifacts:
    """A storage below a folder that became a file."""
    root = folder / "artifacts"
    artifacts = PatientArtifacts(open_artifacts(str(root)), patience)
    root.rmdir()
    root.write_bytes(b"")
    return artifacts


class TestPut:
    def test_when_patience_is_over_the_storage_is_away(self, tmp_path: Path) -> None:
        with pytest.raises(StorageAwayError, match="writing p/state-1"):
            _broken(tmp_path, 0).put("p/state-1", b"")

    def test_a_worker_that_is_told_to_end_waits_no_more(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("worker.shutdown.requested", lambda: True)
        with pytest.raises(RunStoppedError, match="shutdown"):
            _broken(tmp_path, 60).put("p/state-1", b"")


class TestRead:
    def test_what_is_missing_is_not_waited_for(self, tmp_path: Path) -> None:
        artifacts = PatientArtifacts(open_artifacts(str(tmp_path)), 60)
        with pytest.raises(ArtifactMissingError):
            artifacts.read("p/state-1")


class TestDelete:
    def test_what_cannot_be_removed_is_left_to_the_sweep(self, tmp_path: Path) -> None:
        _broken(tmp_path, 0).delete("p/state-1")
