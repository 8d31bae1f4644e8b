"""Commands see no TSLOSS_ variable but those that a test sets, or asks for here."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TSLOSS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder outside pytest's own, which each new session closes to PostgreSQL's account."""
    with tempfile.TemporaryDirectory(prefix="tsloss-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def service_settings(
    tmp_path: Path, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment leads to a service with its files and its `models.json` in `tmp_path`."""
    for name, value in {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ARTIFACTS_URL": str(tmp_path),
        "MODELS": str(tmp_path / "models.json"),
        "SECRET_KEY": "s" * 32,
    }.items():
        monkeypatch.setenv(f"TSLOSS_{name}", value)
