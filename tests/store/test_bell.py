"""Bells in a real Redis that no worker listens to."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from store.bell import ANSWER_SECONDS, Bell
from tests.support.polling import wait_for
from tests.support.servers import restartable_valkey

AWAY = "redis://127.0.0.1:1/0"


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds


def _rung(bell: Bell, queue: str, redis: Redis) -> bool:
    bell.ring(queue)
    return bool(redis.llen(queue))


class TestRing:
    def test_each_bell_waits_for_a_worker(self, redis_url: str, queue: str) -> None:
        bell = Bell(redis_url)
        bell.ring(queue)
        bell.ring(queue)
        assert Redis.from_url(redis_url).llen(queue) == 2

    def test_a_redis_that_is_away_fails_nobody_and_holds_nobody_up(self, queue: str) -> None:
        with at_most(ANSWER_SECONDS):
            Bell(AWAY).ring(queue)

    @pytest.mark.timeout(60)
    def test_a_redis_that_hangs_fails_nobody_and_is_heard_again(
        self, tmp_path: Path, queue: str
    ) -> None:
        with restartable_valkey(tmp_path) as valkey:
            bells = warm, _ = Bell(valkey.url), Bell(valkey.url)
            warm.ring("another")
            for bell in bells:
                with valkey.frozen(), at_most(2 * ANSWER_SECONDS):
                    for _ in range(5):
                        bell.ring(queue)
            redis = Redis.from_url(valkey.url)
            for bell in bells:
                redis.delete(queue)
                wait_for(lambda bell=bell: _rung(bell, queue, redis), "a bell that is heard")


class TestRemind:
    def test_a_queue_whose_workers_are_busy_does_not_fill_up(
        self, redis_url: str, queue: str
    ) -> None:
        bell = Bell(redis_url)
        for _ in range(3):
            bell.remind(queue)
        assert Redis.from_url(redis_url).llen(queue) == 1

    def test_a_redis_that_is_away_fails_nobody(self, queue: str) -> None:
        Bell(AWAY).remind(queue)
