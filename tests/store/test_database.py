"""A process that stops in the middle of a transaction does not hold its locks for ever."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from psycopg import Connection
from sqlalchemy import Select, select
from sqlalchemy.exc import OperationalError

from store.database import Database
from store.schema import Job
from tests.store.conftest import Board
from tests.support.polling import wait_for


@pytest.fixture
def frozen(board: Board) -> Iterator[Database]:
    """The database as a process sees it whose transactions may take a second."""
    url = board.database.engine.url.render_as_string(hide_password=False)
    database = Database(url, board.database._bell, time_limit=timedelta(seconds=1))
    yield database
    database.dispose()


@pytest.fixture
def job_id(board: Board) -> str:
    return board.add().id


@pytest.fixture
def held(job_id: str) -> Select[str]:
    """Locks the job, or finds nothing where another has."""
    return select(Job.id).where(Job.id == job_id).with_for_update(skip_locked=True)


class TestTimeLimit:
    def test_the_server_ends_a_transaction_that_lies_idle(
        self, board: Board, frozen: Database, job_id: str, held: Select[str]
    ) -> None:
        with pytest.raises(OperationalError), frozen.transaction() as session:
            assert session.scalar(held) == job_id
            _expect_an_end_of_the_lock(board, held)
            session.scalar(held)

    def test_the_server_ends_one_in_the_middle_of_a_batch_of_statements(
        self, board: Board, frozen: Database, job_id: str, held: Select[str]
    ) -> None:
        with pytest.raises(OperationalError), frozen.transaction() as session:
            assert session.scalar(held) == job_id
            connection = session.connection().connection.driver_connection
            assert isinstance(connection, Connection)
            with connection.pipeline():
                connection.execute("SELECT 1")
                connection.pgconn.send_flush_request()
                connection.pgconn.flush()
                _expect_an_end_of_the_lock(board, held)


def _expect_an_end_of_the_lock(board: Board, held: Select[str]) -> None:
    def is_free() -> bool:
        with board.database.transaction() as session:
            return session.scalar(held) is not None

    assert not is_free()
    wait_for(is_free, "the end of the lock")
