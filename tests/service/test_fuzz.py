"""Any request gets the answer that the OpenAPI document promises, and never a 5xx."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fuzzing import fuzz
from tests.support.running import Running


@pytest.fixture
def without_worker(tmp_path: Path, own_database_url: str, redis_url: str) -> Iterator[Running]:
    running = Running.prepare(tmp_path / "service", own_database_url, redis_url)
    with running.started(workers=0):
        yield running


def test_half_a_minute_of_schemathesis_finds_nothing(without_worker: Running) -> None:
    done = fuzz(without_worker, seconds=30)
    said = done.stdout[-8000:] + done.stderr[-2000:]
    assert done.returncode == 0, said
    assert _tested(done.stdout) > 0, said


def _tested(said: str) -> int:
    """How many operations were tested: none tested, none failed."""
    found = re.search(r"^ *Tested: (\d+)$", said, re.MULTILINE)
    return int(found[1]) if found else 0
