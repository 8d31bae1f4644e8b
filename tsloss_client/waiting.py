"""Asks again and again until something has ended."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

from tsloss_client.errors import TimedOutError, UnreachableError

PATIENCE = 300.0
"""Seconds that whoever follows something bears a service that does not answer: it may restart."""


class Endable(Protocol):
    """Something of the service that ends: a job, an analysis, an experiment."""

    @property
    def id(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def is_final(self) -> bool: ...


T = TypeVar("T")
WorkT = TypeVar("WorkT", bound=Endable)


class Followed(ABC, Generic[WorkT]):
    """Jobs, analyses or experiments, each of which can be followed until it has ended."""

    @abstractmethod
    def retrieve(self, work_id: str, /) -> WorkT:
        """Return one as it stands."""

    def wait(
        self,
        work_id: str,
        timeout: float | None = None,
        every: float = 1.0,
        patience: float = PATIENCE,
    ) -> WorkT:
        """Return one once it has ended, however it did. Raises what `poll` raises."""
        *_, last = self.poll(work_id, timeout, every, patience)
        return last

    def poll(
        self,
        work_id: str,
        timeout: float | None = None,
        every: float = 1.0,
        patience: float = PATIENCE,
    ) -> Iterator[WorkT]:
        """Yield one as it stands, every `every` seconds, the last time when it has ended.

        While no answer comes, that is as it stood last. Raises UnreachableError after `patience`
        seconds of that, TimedOutError after `timeout` seconds.
        """
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        for work in looks(lambda: self.retrieve(work_id), every, patience, deadline):
            yield work
            if work.is_final:
                return
            if time.monotonic() >= deadline:
                raise TimedOutError(f"{work.id} is {work.status} after {timeout:.0f} seconds")


def looks(
    look: Callable[[], T], every: float, patience: float = PATIENCE, deadline: float = math.inf
) -> Iterator[T]:
    """Yield a thing every `every` seconds as it stands, or where no answer comes as it stood last.

    Raises UnreachableError after `patience` seconds without an answer, and without one at
    `deadline`, in seconds of the monotonic clock. Has no end by itself.
    """
    last: T | None = None
    heard_at = time.monotonic()
    while True:
        try:
            last, heard_at = look(), time.monotonic()
        except UnreachableError:
            if time.monotonic() >= min(deadline, heard_at + patience):
                raise
        if last is not None:
            yield last
        time.sleep(every)
