"""The first key is made once per database and kept privately."""

import stat
from pathlib import Path

import pytest

from cli.embedded import DataFolder
from cli.service.first_key import ensure_key
from store.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(
        database_url=database_url, redis_url=redis_url, artifacts_url=str(tmp_path),
        models=tmp_path / "models.json", secret_key="s" * 32,
    )  # fmt: skip


class TestEnsureKey:
    def test_it_is_made_once(self, tmp_path: Path, settings: Settings) -> None:
        folder = DataFolder(tmp_path)
        key, is_new = ensure_key(folder, settings)
        assert is_new
        assert ensure_key(folder, settings) == (key, False)
        assert stat.S_IMODE(folder.key_file.stat().st_mode) == 0o600

    def test_a_key_of_another_database_is_replaced(
        self, tmp_path: Path, settings: Settings
    ) -> None:
        folder = DataFolder(tmp_path)
        folder.key_file.write_text("tsl_of-another-database\n")
        key, is_new = ensure_key(folder, settings)
        assert is_new
        assert folder.key_file.read_text().strip() == key
