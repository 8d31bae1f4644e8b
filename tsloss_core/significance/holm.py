"""Holm's correction: many tests, one error rate."""

from collections.abc import Callable, Sequence

from tsloss_core.significance.levels import ERROR_RATE


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


def fewest_to_test(counts: Sequence[int], smallest_p: Callable[[int], float]) -> int:
    """Return the fewest observations with which a test can be significant beside its family.

    `counts` are the observations of each test, `smallest_p` the least p that so many can give. A
    test with fewer could not be significant and would only cost the others: it is not to be done.
    More than any count where no test could be.
    """
    for least in sorted(set(counts)):
        tests = sum(count >= least for count in counts)
        if tests * smallest_p(least) <= ERROR_RATE:
            return least
    return max(counts, default=0) + 1
