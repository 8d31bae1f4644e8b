"""Tells the children of a worker that it shuts down, so that a run saves its state and ends.

Celery's own warm shutdown would wait until the run is through. The parent signals its children;
a run asks `requested()` at every step.
"""

import logging
import os
import signal
import threading
from typing import Any

log = logging.getLogger(__name__)

_requested = threading.Event()
_pools: list[Any] = []


def listen() -> None:
    """In a child: take the parent's signal as the request to end."""
    signal.signal(signal.SIGUSR2, lambda *_: _requested.set())


def requested() -> bool:
    """In a child: whether the worker shuts down."""
    return _requested.is_set()


def remember_pool(pool: Any) -> None:
    """In the parent: whose processes to tell."""
    _pools.append(pool)


def announce() -> None:
    """In the parent: tell every child."""
    for pool in _pools:
        for process in pool.info["processes"]:
            _tell(process)


def _tell(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGUSR2)
    except ProcessLookupError:
        log.info("child %d is gone already", pid)
