"""The connection to PostgreSQL and the one place where sessions commit."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from store.bell import Bell

_BELLS = "bells"


class Database:
    """Opens transactions and, once they are committed, rings the bells that they asked for."""

    def __init__(self, url: str, bell: Bell, pool_size: int = 10) -> None:
        self.engine: Engine = create_engine(
            url, pool_pre_ping=True, pool_size=pool_size, max_overflow=pool_size
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        each_by_itself = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reading = sessionmaker(each_by_itself, expire_on_commit=False)
        self._bell = bell

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session; commit it at the end, roll it back on an exception."""
        with self._sessions.begin() as session:
            yield session
        for queue in sorted(session.info.pop(_BELLS, ())):
            self._bell.ring(queue)

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


def ring_after_commit(session: Session, queue: str) -> None:
    """Ask for the bell of `queue` once this session's transaction is committed."""
    session.info.setdefault(_BELLS, set()).add(queue)
