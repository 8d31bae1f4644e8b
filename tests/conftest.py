"""Real servers, one of each per test session."""

from collections.abc import Iterator

import pytest

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
