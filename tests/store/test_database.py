"""A process that stops in the middle of a transaction does not hold its locks for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from store.database import Database
from store.schema import Job
from tests.store.conftest import Board
from tests.support.polling import wait_for


class TestIdleLimit:
    def test_the_server_ends_a_transaction_that_lies_idle(self, board: Board) -> None:
        job = board.add()
        held = select(Job.id).where(Job.id == job.id).with_for_update(skip_locked=True)
        frozen = Database(
            board.database.engine.url.render_as_string(hide_password=False),
            board.database._bell,
            idle_limit=timedelta(seconds=1),
        )

        def is_free() -> bool:
            with board.database.transaction() as session:
                return session.scalar(held) is not None

        with pytest.raises(OperationalError), frozen.transaction() as session:
            assert session.scalar(held) == job.id
            assert not is_free()
            wait_for(is_free, "the end of the lock")
            session.scalar(held)
        frozen.dispose()
