"""The bell: a Celery message without content that wakes a worker of a queue.

PostgreSQL is the truth. A bell that is lost delays a job until the reconciler rings again, so a
Redis that is away is logged and never fails the request that wanted to ring.
"""

import logging

from celery import Celery
from kombu.exceptions import OperationalError

TASK = "work"

log = logging.getLogger(__name__)


class Bell:
    """Rings for the workers of a queue."""

    def __init__(self, redis_url: str) -> None:
        self._celery = Celery(broker=redis_url, set_as_current=False)
        self._celery.conf.update(
            task_ignore_result=True,
            task_serializer="json",
            accept_content=["json"],
            broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 2},
        )

    def ring(self, queue: str) -> None:
        """Wake one worker of `queue`."""
        try:
            self._celery.send_task(TASK, queue=queue, retry=False)
        except OperationalError:
            log.warning("bell of queue %s not rung; the reconciler will", queue, exc_info=True)
