"""A thread for what starts an event loop: Playwright leaves one running in the tests' own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

ResultT = TypeVar("ResultT")


def in_a_thread(act: Callable[[], ResultT]) -> ResultT:
    """Return what `act` returns, or raise what it raises."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result()
