"""A caller of the running service."""

import pytest

from store.ids import new_id
from tests.support.running import Client, Running


@pytest.fixture
def client(running: Running) -> Client:
    return Client.of(running, new_id("proj"))
