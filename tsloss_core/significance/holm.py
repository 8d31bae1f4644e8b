"""Holm's correction: many tests, one error rate."""

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return the p values adjusted so that all below a level hold together at that level.

    The k-th smallest of m is multiplied by m - k + 1, and none falls below a smaller one's
    (Holm 1979). A test that could not be done is None, stays None and is not counted.
    """
    done = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, i) in enumerate(done):
        highest = max(highest, min(1.0, (len(done) - rank) * p))
        adjusted[i] = highest
    return adjusted
