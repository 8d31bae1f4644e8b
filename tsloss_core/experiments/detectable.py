"""The smallest effect that a design could have found."""

import math
from collections.abc import Sequence

import numpy as np

from tsloss_core.experiments.student import noncentrality_for

POWER = 0.8


def smallest_detectable(
    differences: Sequence[float], level: float, wanted: float = POWER
) -> float | None:
    """Return the mean difference that a paired t test at `level` finds with the wanted power.

    It rests on the deviation of the differences that were seen and on their number, not on their
    mean: it says what the design can do and nothing of the effect (Hoenig and Heisey 2001). None
    for fewer than two pairs, or differences without any spread.
    """
    array = np.asarray(differences, dtype=np.float64)
    if len(array) < 2:
        return None
    deviation = float(array.std(ddof=1))
    if deviation <= 1e-9 * float(np.abs(array).max()):
        return None
    return noncentrality_for(wanted, len(array) - 1, level) * deviation / math.sqrt(len(array))
