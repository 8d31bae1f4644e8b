"""One running service per test module: an API and a worker with a tiny model."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.ids import new_id
from tests.support.running import Client, Running


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, own_database_url: str, redis_url: str
) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("service")
    running = Running.prepare(folder, own_database_url, redis_url)
    running.start_api()
    running.start_worker()
    yield running
    running.stop()


@pytest.fixture
def client(running: Running) -> Client:
    return Client.of(running, new_id("proj"))
