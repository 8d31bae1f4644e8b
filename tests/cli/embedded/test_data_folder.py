"""One service per data folder; secrets that only the owner reads."""

from pathlib import Path

import pytest

from cli.embedded import DataFolder, DataFolderInUseError


class TestLock:
    def test_a_second_owner_is_refused(self, tmp_path: Path) -> None:
        first, second = DataFolder(tmp_path), DataFolder(tmp_path)
        first.lock()
        with pytest.raises(DataFolderInUseError, match=str(tmp_path)):
            second.lock()
        first.unlock()
        second.lock()
        second.unlock()


class TestSecret:
    def test_it_stays_the_same_and_private(self, tmp_path: Path) -> None:
        folder = DataFolder(tmp_path)
        secret = folder.secret("secret-key")
        assert DataFolder(tmp_path).secret("secret-key") == secret
        assert (tmp_path / ".secret-key").stat().st_mode & 0o777 == 0o600
        assert len(secret) >= 32
