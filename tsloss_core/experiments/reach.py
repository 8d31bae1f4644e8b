"""How many seeds a comparison needs before it can show anything."""

import math

from tsloss_core.experiments.differences import LEVEL


def seeds_needed(tests: int) -> int:
    """Return the fewest pairs whose sign-flip test can be significant after Holm over `tests`.

    n pairs give p = 2 / 2^n at the least, and the strictest level is 0.05 / tests.
    """
    return math.ceil(math.log2(2 * tests / LEVEL))
