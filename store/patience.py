"""Trying again what fails for a while: a database or a storage that is away."""

import time
from collections.abc import Callable
from typing import TypeVar

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0

ResultT = TypeVar("ResultT")
ErrorT = TypeVar("ErrorT", bound=Exception)


def persist(
    act: Callable[[], ResultT],
    failure: type[ErrorT],
    patience: float,
    before_again: Callable[[ErrorT], None],
) -> ResultT:
    """Return what `act` returns. While it raises `failure`, it is called again for `patience` s.

    `before_again` is told of each failure but the last, and may raise. Raises the last failure.
    """
    until, pause = time.monotonic() + patience, _FIRST_PAUSE
    while True:
        try:
            return act()
        except failure as error:
            if time.monotonic() > until:
                raise
            before_again(error)
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
