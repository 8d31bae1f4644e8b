"""A worker computes in as many threads as it is given, or as it has processors."""

import os
from collections.abc import Iterator

import pytest

from worker.threads import thread_count


@pytest.fixture
def _one_processor() -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield
    os.sched_setaffinity(0, before)


class TestThreadCount:
    def test_as_many_as_the_operator_gives(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OMP_NUM_THREADS", "7")
        assert thread_count() == 7

    @pytest.mark.usefixtures("_one_processor")
    def test_else_one_per_processor_that_it_may_use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
        assert thread_count() == 1
