"""The bell: a Celery message without content that wakes a worker of a queue.

PostgreSQL is the truth. A bell that is lost delays a job until the reconciler rings again, so a
Redis that is away, or hangs, is logged and never fails the request that wanted to ring.
"""

import logging
import time

from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

TASK = "work"

VISIBILITY_SECONDS = 12 * 3600
"""After this Redis rings a bell again that nobody has confirmed; the claim makes that harmless."""

ANSWER_SECONDS = 2.0
"""A Redis that takes longer to connect, or to answer whoever rings, counts as away."""

QUIET_SECONDS = 5.0
"""After a bell that Redis did not take, those of so long are left to the reconciler, so that not
everybody who rings waits for the same Redis."""

_ONCE = {"socket_timeout": ANSWER_SECONDS, "max_retries": 0}
"""Whoever rings gives up soon: the reconciler tries again. A worker waits for bells without end."""

log = logging.getLogger(__name__)


def make_celery(redis_url: str, **transport: float) -> Celery:
    """Return a Celery application that speaks to the broker as all of ours do.

    `transport` are further options of Kombu's Redis transport.
    """
    celery = Celery("tsloss", broker=redis_url, set_as_current=False)
    celery.conf.update(
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        broker_transport_options={
            "visibility_timeout": VISIBILITY_SECONDS,
            "socket_connect_timeout": ANSWER_SECONDS,
            **transport,
        },
    )
    return celery


def impatient_redis(redis_url: str) -> Redis:
    """Return a client of a Redis that counts as away if it does not answer within 2 s."""
    return Redis.from_url(
        redis_url, socket_connect_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS
    )


class Bell:
    """Rings for the workers of a queue."""

    def __init__(self, redis_url: str) -> None:
        self._celery = make_celery(redis_url, **_ONCE)
        self._redis = impatient_redis(redis_url)
        self._quiet_until = 0.0

    def ring(self, queue: str) -> None:
        """Wake one worker of `queue`."""
        if time.monotonic() < self._quiet_until or not self._sent(queue):
            log.warning("bell of queue %s not rung; the reconciler will", queue)

    def _sent(self, queue: str) -> bool:
        try:
            self._celery.send_task(TASK, queue=queue, retry=False)
        except OperationalError:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            return False
        return True

    def remind(self, queue: str) -> None:
        """Wake one worker of `queue`, unless a bell waits there that nobody has heard.

        So a queue whose workers are all busy does not fill up with reminders.
        """
        try:
            if self._redis.llen(queue) == 0:
                self.ring(queue)
        except RedisError:
            log.warning("bells of queue %s not counted; the reconciler tries again", queue)
