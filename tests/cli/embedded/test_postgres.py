"""The embedded PostgreSQL keeps its data and is adopted by the next owner."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from cli.embedded import EmbeddedPostgres


class TestStart:
    def test_data_outlives_a_stop(self, tmp_path: Path) -> None:
        folder = tmp_path / "pg"
        first = EmbeddedPostgres(folder)
        _execute(first.start(), "CREATE TABLE kept AS SELECT 7 AS value")
        first.stop()
        second = EmbeddedPostgres(folder)
        try:
            assert _execute(second.start(), "SELECT value FROM kept") == 7
        finally:
            second.stop()

    def test_after_a_stop_nothing_answers(self, tmp_path: Path) -> None:
        server = EmbeddedPostgres(tmp_path / "pg")
        url = server.start()
        server.stop()
        with pytest.raises(OperationalError):
            _execute(url, "SELECT 1")


def _execute(url: str, statement: str) -> object:
    engine = create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        value = result.scalar() if result.returns_rows else None
    engine.dispose()
    return value
