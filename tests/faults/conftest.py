"""A service whose processes a test may kill."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.ids import new_id
from tests.support import servers
from tests.support.running import Client, Running


@pytest.fixture(scope="module")
def own_redis_url() -> Iterator[str]:
    """A server that the tests may flush."""
    with servers.redis() as url:
        yield url


@pytest.fixture
def running(tmp_path: Path, own_database_url: str, own_redis_url: str) -> Iterator[Running]:
    running = Running.prepare(tmp_path, own_database_url, own_redis_url)
    running.start_api()
    yield running
    running.stop()


@pytest.fixture
def client(running: Running) -> Client:
    return Client.of(running, new_id("proj"))
