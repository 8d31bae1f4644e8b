"""Bells in a real Redis that no worker listens to."""

from redis import Redis

from store.bell import Bell


class TestRing:
    def test_each_bell_waits_for_a_worker(self, redis_url: str, queue: str) -> None:
        bell = Bell(redis_url)
        bell.ring(queue)
        bell.ring(queue)
        assert Redis.from_url(redis_url).llen(queue) == 2

    def test_a_redis_that_is_away_fails_nobody(self, queue: str) -> None:
        Bell("redis://127.0.0.1:1/0").ring(queue)


class TestRemind:
    def test_a_queue_whose_workers_are_busy_does_not_fill_up(
        self, redis_url: str, queue: str
    ) -> None:
        bell = Bell(redis_url)
        for _ in range(3):
            bell.remind(queue)
        assert Redis.from_url(redis_url).llen(queue) == 1

    def test_a_redis_that_is_away_fails_nobody(self, queue: str) -> None:
        Bell("redis://127.0.0.1:1/0").remind(queue)
