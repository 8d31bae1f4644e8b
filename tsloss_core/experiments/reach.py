"""How many seeds a comparison needs before it can show anything."""

import math

from tsloss_core.significance.levels import ERROR_RATE

SPARE = 3


def seeds_needed(tests: int) -> int:
    """Return the pairs whose sign-flip test can be significant after Holm over `tests`.

    n pairs give p = 2 / 2^n at the least, and the strictest level is 0.05 / tests. Three more leave
    room for pairs that do not differ and for one of the other sign: at the least number, all pairs
    would have to agree.
    """
    return math.ceil(math.log2(2 * tests / ERROR_RATE)) + SPARE
