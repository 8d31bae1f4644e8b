"""Asks again and again until something has ended."""

import time
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from tsloss_client.errors import TimedOutError


class Endable(Protocol):
    """Something of the service that ends: a job, an analysis, an experiment."""

    @property
    def id(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def is_final(self) -> bool: ...


WorkT = TypeVar("WorkT", bound=Endable)


def poll(look: Callable[[], WorkT], timeout: float | None, every: float) -> Iterator[WorkT]:
    """Yield the thing as it stands, every `every` seconds, the last time when it has ended.

    Raises TimedOutError after `timeout` seconds.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        work = look()
        yield work
        if work.is_final:
            return
        if deadline is not None and time.monotonic() >= deadline:
            raise TimedOutError(f"{work.id} is {work.status} after {timeout:.0f} seconds")
        time.sleep(every)


def last_of(looks: Iterator[WorkT]) -> WorkT:
    """Return the thing once it has ended."""
    *_, last = looks
    return last
