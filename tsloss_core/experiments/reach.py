"""How many seeds a comparison needs before it can show anything."""

import math

from tsloss_core.significance.levels import ERROR_RATE

SPARE = 3


def fewest_seeds(tests: int) -> int:
    """Return the pairs below which no sign-flip test can be significant after Holm over `tests`.

    n pairs give p = 2 / 2^n at the least, and the strictest level is 0.05 / tests. With so many,
    all pairs have to agree. `tests` is at least 1.
    """
    return math.ceil(math.log2(2 * tests / ERROR_RATE))


def seeds_needed(tests: int) -> int:
    """Return three pairs more: room for some that do not differ and for one of the other sign."""
    return fewest_seeds(tests) + SPARE
