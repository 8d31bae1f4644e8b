"""The embedded PostgreSQL keeps its data, and never two run on one folder."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from cli.embedded import EmbeddedPostgres
from cli.errors import ServiceFailedError


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

    def test_a_server_left_behind_is_ended_and_its_data_kept(self, tmp_path: Path) -> None:
        abandoned, heir = EmbeddedPostgres(tmp_path / "pg"), EmbeddedPostgres(tmp_path / "pg")
        old_url = abandoned.start()
        old_pid = _execute(old_url, "SELECT pg_backend_pid()")
        _execute(old_url, "CREATE TABLE kept AS SELECT 7 AS value")
        try:
            assert _execute(heir.start(), "SELECT value FROM kept") == 7
            assert not Path(f"/proc/{old_pid}").exists()
            with pytest.raises(ServiceFailedError, match="postgres process ended"):
                abandoned.check()
        finally:
            heir.stop()

    def test_a_folder_too_deep_for_a_socket_works(self, tmp_path: Path) -> None:
        server = EmbeddedPostgres(tmp_path / ("deep" * 30) / 'it\'s a, "b" @é')
        url = server.start()
        try:
            assert _execute(url, "SELECT upper('é')") == "É"
        finally:
            server.stop()

    def test_a_broken_off_first_start_is_made_anew(self, tmp_path: Path) -> None:
        half = tmp_path / "pg" / "data.partial"
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("18\n")
        server = EmbeddedPostgres(tmp_path / "pg")
        try:
            assert _execute(server.start(), "SELECT 1") == 1
        finally:
            server.stop()

    def test_other_users_may_not_open_the_socket(self, tmp_path: Path) -> None:
        server = EmbeddedPostgres(tmp_path / "pg")
        server.start()
        try:
            data = tmp_path / "pg" / "data"
            assert data.stat().st_mode & 0o077 == 0
            assert (data / ".s.PGSQL.5432").stat().st_mode & 0o077 == 0
        finally:
            server.stop()

    def test_data_of_another_version_is_refused(self, tmp_path: Path) -> None:
        data = tmp_path / "pg" / "data"
        data.mkdir(parents=True)
        (data / "PG_VERSION").write_text("12\n")
        with pytest.raises(ServiceFailedError, match="written by PostgreSQL 12"):
            EmbeddedPostgres(tmp_path / "pg").start()


class TestStop:
    def test_nothing_answers_any_more(self, tmp_path: Path) -> None:
        server = EmbeddedPostgres(tmp_path / "pg")
        url = server.start()
        server.stop()
        with pytest.raises(OperationalError):
            _execute(url, "SELECT 1")
        assert not (tmp_path / "pg" / "postgres.pid").exists()


def _execute(url: str, statement: str) -> object:
    engine = create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        value = result.scalar() if result.returns_rows else None
    engine.dispose()
    return value
