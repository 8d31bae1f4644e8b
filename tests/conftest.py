"""Real servers, one of each per test session."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from store.ids import new_id
from store.migrations import upgrade
from tests.support import servers


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A PostgreSQL with the newest schema."""
    with servers.postgres() as url:
        upgrade(url)
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis-protocol server."""
    with servers.redis() as url:
        yield url


@pytest.fixture(scope="module")
def own_database_url(database_url: str) -> Iterator[str]:
    """A database that no other test module's jobs or workers touch."""
    name = new_id("proj").lower().replace("-", "_")
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(database_url).set(database=name).render_as_string(hide_password=False)
    upgrade(url)
    yield url
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
