"""A service whose processes a test may kill. The API is shared by a module, workers are not."""

from collections.abc import Iterator

import pytest

from store.ids import new_id
from tests.support import servers
from tests.support.running import Client, Running


@pytest.fixture(scope="module")
def own_redis_url() -> Iterator[str]:
    """A server that the tests may flush."""
    with servers.redis() as url:
        yield url


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, own_database_url: str, own_redis_url: str
) -> Iterator[Running]:
    """An API without a worker."""
    folder = tmp_path_factory.mktemp("service")
    running = Running.prepare(folder, own_database_url, own_redis_url)
    with running.started(workers=0):
        yield running


@pytest.fixture
def running(service: Running) -> Iterator[Running]:
    yield service
    service.stop_workers()


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    """A caller whose jobs no later test's worker meets."""
    client = Client.of(running, new_id("proj"))
    yield client
    for job in client.http.get("/v1/fine_tuning/jobs", params={"limit": 100}).json()["data"]:
        client.http.post(f"/v1/fine_tuning/jobs/{job['id']}/cancel")
