"""Work that is spread over threads."""

import threading
from collections.abc import Iterator

import pytest

from tsloss_core.analysis.threads import PIECE_BYTES, PIECE_ITEMS, in_threads


def small(_: int) -> int:
    return 1


class TestInThreads:
    @pytest.mark.parametrize("threads", [1, 2, 4])
    def test_results_come_in_order(self, threads: int) -> None:
        assert [*in_threads(abs, range(-50, 0), threads, small)] == [*range(50, 0, -1)]

    def test_several_threads_work_at_once(self) -> None:
        met = threading.Barrier(2, timeout=30)
        assert [*in_threads(lambda _: met.wait(), range(2), 2, lambda _: PIECE_BYTES)]

    @pytest.mark.parametrize(("size", "piece"), [(1, PIECE_ITEMS), (PIECE_BYTES // 2, 2)])
    def test_a_piece_ends_at_its_items_or_its_bytes(self, size: int, piece: int) -> None:
        most = max(_taken_ahead(threads=2, size=size))
        assert most == 5 * piece

    def test_a_failure_is_raised(self) -> None:
        with pytest.raises(ZeroDivisionError):
            [*in_threads(lambda item: 1 // item, range(20), 2, small)]


def _taken_ahead(threads: int, size: int) -> Iterator[int]:
    """Yield how many items have been taken and not yet given back, at each result."""
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for item in range(200):
            taken += 1
            yield item

    for result in in_threads(int, items(), threads, lambda _: size):
        yield taken - result
