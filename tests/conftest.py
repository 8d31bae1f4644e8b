"""Real servers, one of each per test session, and a running service per test module."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from store.migrations import upgrade
from tests.support import servers

if TYPE_CHECKING:
    from tests.support.running import Running


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
    with servers.own_database(database_url) as url:
        upgrade(url)
        yield url


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, own_database_url: str, redis_url: str
) -> Iterator["Running"]:
    """A service that no other test module meets: an API and a worker with a tiny model."""
    # Here and not above: it loads torch, and this file is read before every test.
    from tests.support.running import Running

    folder = tmp_path_factory.mktemp("service")
    with Running.prepare(folder, own_database_url, redis_url).started() as running:
        yield running
