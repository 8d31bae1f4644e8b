"""Batches cover the rows and depend on the seed alone."""

from hypothesis import given
from hypothesis import strategies as st

from tsloss_core.tuning.batching import epoch_batches

lengths = st.lists(st.integers(1, 50), min_size=1, max_size=80)


class TestEpochBatches:
    @given(lengths, st.integers(1, 9), st.integers(0, 2**31 - 1), st.integers(1, 500))
    def test_every_row_comes_once(self, rows: list[int], size: int, seed: int, epoch: int) -> None:
        batches = epoch_batches(rows, size, seed, epoch)
        assert sorted(i for batch in batches for i in batch) == list(range(len(rows)))
        assert len(batches) == -(-len(rows) // size)
        assert batches == epoch_batches(rows, size, seed, epoch)

    def test_epochs_differ(self) -> None:
        assert epoch_batches([1] * 20, 4, 0, 1) != epoch_batches([1] * 20, 4, 0, 2)

    def test_rows_of_like_length_come_together(self) -> None:
        rows = [1, 100] * 32
        batches = epoch_batches(rows, 8, 0, 1)
        assert all(len({rows[i] for i in batch}) == 1 for batch in batches)
