"""Artifacts in a folder are whole or absent."""

from pathlib import Path

import pytest

from store.artifacts import ArtifactMissingError, open_artifacts
from store.artifacts.folder import FolderArtifacts


@pytest.fixture
def artifacts(tmp_path: Path) -> FolderArtifacts:
    return FolderArtifacts(str(tmp_path / "artifacts"))


class TestPut:
    def test_what_was_put_is_read(self, artifacts: FolderArtifacts) -> None:
        artifacts.put("p/j/1/prompt-5", b"abc")
        assert artifacts.read("p/j/1/prompt-5") == b"abc"
        assert b"".join(artifacts.stream("p/j/1/prompt-5")) == b"abc"

    def test_a_failed_write_leaves_nothing(
        self, artifacts: FolderArtifacts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_space(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", no_space)
        with pytest.raises(OSError, match="No space"):
            artifacts.put("p/j/1/prompt-5", b"abc")
        with pytest.raises(ArtifactMissingError):
            artifacts.read("p/j/1/prompt-5")
        assert list(artifacts.listing()) == []

    @pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../b", "a//b", ".hidden", "", "a\n"])
    def test_a_key_that_could_leave_the_folder_is_refused(
        self, artifacts: FolderArtifacts, key: str
    ) -> None:
        with pytest.raises(ValueError, match="artifact key"):
            artifacts.put(key, b"")


class TestPutFile:
    def test_the_bytes_are_copied(self, artifacts: FolderArtifacts, tmp_path: Path) -> None:
        source = tmp_path / "source"
        source.write_bytes(b"x" * 3_000_000)
        artifacts.put_file("p/file", source)
        assert sum(map(len, artifacts.stream("p/file"))) == 3_000_000


class TestDelete:
    def test_twice_is_no_error(self, artifacts: FolderArtifacts) -> None:
        artifacts.put("p/file", b"")
        artifacts.delete("p/file")
        artifacts.delete("p/file")
        assert list(artifacts.listing()) == []


class TestOpenArtifacts:
    def test_an_unknown_scheme_is_refused(self) -> None:
        with pytest.raises(ValueError, match="gopher"):
            open_artifacts("gopher://host/path")
