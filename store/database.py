"""The connection to PostgreSQL and the one place where sessions commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from store.bell import Bell

_BELLS, _REMINDERS = "bells", "reminders"


class Database:
    """Opens transactions and, once they are committed, rings the bells that they asked for."""

    def __init__(
        self, url: str, bell: Bell, pool_size: int = 10, time_limit: timedelta | None = None
    ) -> None:
        """Connect when asked to.

        The server ends a transaction that takes longer than `time_limit`: a process that was
        frozen, or cut off, in the middle of one must not hold its locks against all others.
        """
        self.engine: Engine = create_engine(
            url, pool_pre_ping=True, pool_size=pool_size, max_overflow=pool_size
        )
        if time_limit is not None:
            event.listen(self.engine, "connect", partial(_limit_transactions, time_limit))
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        each_by_itself = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reading = sessionmaker(each_by_itself, expire_on_commit=False)
        self._bell = bell

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session; commit it at the end and ring, roll it back on an exception.

        A connection that is lost is an OperationalError, whatever the server called its reason.
        """
        with self.silent_transaction() as session:
            yield session
        self.ring(session)

    @contextmanager
    def silent_transaction(self) -> Iterator[Session]:
        """Do as `transaction` does, but leave it to the caller to `ring`."""
        try:
            with self._sessions.begin() as session:
                yield session
        except DBAPIError as error:
            if not error.connection_invalidated or isinstance(error, OperationalError):
                raise
            raise OperationalError(error.statement, error.params, error.orig or error) from error

    def ring(self, session: Session) -> None:
        """Ring the bells that a session asked for whose transaction is committed."""
        for queue in sorted(session.info.pop(_BELLS, ())):
            self._bell.ring(queue)
        for queue in sorted(session.info.pop(_REMINDERS, ())):
            self._bell.remind(queue)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session for reads alone: every statement sees what is committed by then.

        That is what READ COMMITTED shows in a transaction too, at twice the round trips.
        """
        with self._reading() as session:
            yield session

    def dispose(self) -> None:
        """Close the pool's connections."""
        self.engine.dispose()


def _limit_transactions(limit: timedelta, connection: Any, _: Any) -> None:
    # A limit of idleness would not do: in the middle of a pipelined batch of statements the server
    # waits for the next one without counting itself idle.
    milliseconds = int(limit / timedelta(milliseconds=1))
    connection.execute(f"SET transaction_timeout = {milliseconds}")
    connection.commit()


def ring_after_commit(session: Session, queue: str) -> None:
    """Ask for the bell of `queue` once this session's transaction is committed."""
    session.info.setdefault(_BELLS, set()).add(queue)


def remind_after_commit(session: Session, queue: str) -> None:
    """Ask for one more bell of `queue` after the commit, unless one waits there unheard."""
    session.info.setdefault(_REMINDERS, set()).add(queue)
