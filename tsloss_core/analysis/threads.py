"""Several processors at once, by threads: what is compiled holds no interpreter lock."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

PIECE_ITEMS = 8
"""Handing over a prompt-sized cloud alone costs a third of its analysis."""

PIECE_BYTES = 4 * 2**20
"""Larger items go in smaller pieces, so that few of them are in memory."""


def in_threads(
    function: Callable[[ItemT], ResultT],
    items: Iterable[ItemT],
    threads: int,
    size: Callable[[ItemT], int],
) -> Iterator[ResultT]:
    """Yield the results in order; `size` is of an item, in bytes.

    A piece ends at `PIECE_ITEMS` items or `PIECE_BYTES`. No more than two pieces per thread are
    taken ahead.
    """
    if threads <= 1:
        yield from map(function, items)
        return
    for results in _ahead(lambda piece: [*map(function, piece)], _pieces(items, size), threads):
        yield from results


def _pieces(items: Iterable[ItemT], size: Callable[[ItemT], int]) -> Iterator[list[ItemT]]:
    piece: list[ItemT] = []
    taken = 0
    for item in items:
        piece.append(item)
        taken += size(item)
        if len(piece) == PIECE_ITEMS or taken >= PIECE_BYTES:
            yield piece
            piece, taken = [], 0
    if piece:
        yield piece


def _ahead(
    function: Callable[[ItemT], ResultT], items: Iterable[ItemT], threads: int
) -> Iterator[ResultT]:
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[ResultT]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
