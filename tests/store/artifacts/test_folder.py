"""Artifacts in a folder are whole or absent."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.artifacts import ArtifactMissingError, open_artifacts
from store.artifacts.folder import FolderArtifacts
from tests.support.polling import wait_for


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


class TestRemoveUnfinished:
    def test_what_a_killed_write_left_goes_and_a_present_one_stays(
        self, artifacts: FolderArtifacts, tmp_path: Path
    ) -> None:
        artifacts.put("p/whole", b"abc")
        _kill_while_writing(tmp_path, "p/half")
        now = datetime.now(UTC)
        assert [key for key, _ in artifacts.listing()] == ["p/whole"]
        assert artifacts.remove_unfinished(now - timedelta(days=1)) == []
        (removed,) = artifacts.remove_unfinished(now + timedelta(minutes=1))
        assert removed.startswith("p/.partial-")
        assert [path.name for path in (tmp_path / "artifacts/p").iterdir()] == ["whole"]


def _kill_while_writing(tmp_path: Path, key: str) -> None:
    """SIGKILL a process that writes an artifact whose bytes do not end."""
    source, folder = tmp_path / "endless", tmp_path / "artifacts"
    os.mkfifo(source)
    code = (
        "import sys, pathlib; from store.artifacts import open_artifacts;"
        "open_artifacts(sys.argv[1]).put_file(sys.argv[2], pathlib.Path(sys.argv[3]))"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(folder), key, str(source)])
    with source.open("wb", buffering=0) as endless:
        endless.write(b"x")
        wait_for(lambda: list(folder.rglob(".partial-*")), "the write to begin")
        writer.kill()
        writer.wait()


class TestLostVolume:
    @pytest.fixture
    def emptied(self, artifacts: FolderArtifacts, tmp_path: Path) -> FolderArtifacts:
        """A store whose volume was unmounted: the folder below it is there, and empty."""
        artifacts.put("p/j/1/prompt-5", b"abc")
        root = tmp_path / "artifacts"
        root.rename(tmp_path / "volume")
        root.mkdir()
        return artifacts

    def test_what_it_held_is_not_missing(self, emptied: FolderArtifacts) -> None:
        with pytest.raises(OSError, match="volume missing"):
            emptied.read("p/j/1/prompt-5")

    def test_nothing_is_written_below_it(self, emptied: FolderArtifacts, tmp_path: Path) -> None:
        with pytest.raises(OSError, match="volume missing"):
            emptied.put("p/j/1/prompt-6", b"abc")
        assert list((tmp_path / "artifacts").iterdir()) == []

    def test_it_is_not_listed_as_empty(self, emptied: FolderArtifacts) -> None:
        with pytest.raises(OSError, match="volume missing"):
            list(emptied.listing())


class TestOpenArtifacts:
    def test_an_unknown_scheme_is_refused(self) -> None:
        with pytest.raises(ValueError, match="gopher"):
            open_artifacts("gopher://host/path")
