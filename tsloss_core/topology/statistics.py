"""The structural measures of a diagram that the paper follows, and a few more."""

import math
from dataclasses import dataclass

from tsloss_core.topology.bars import summary
from tsloss_core.topology.diagrams import Diagram


@dataclass(frozen=True)
class DiagramStatistics:
    """Measures of the finite bars; `count` alone counts the essential bars too.

    A measure that has no meaning (the mean of no bars, the entropy of bars without length) is None.
    Lifetimes are in units of the distances, entropies in nats.
    """

    count: int
    essential_count: int
    mean_lifetime: float | None
    max_lifetime: float | None
    total_lifetime: float
    lifetime_variance: float | None
    persistent_entropy: float | None
    normalized_persistent_entropy: float | None

    def to_json(self) -> dict[str, float | int | None]:
        """Return the measures by name."""
        return {**vars(self)}


def diagram_statistics(diagram: Diagram) -> DiagramStatistics:
    """Return the measures of a diagram.

    Persistent entropy is -sum p_i log p_i with p_i = lifetime_i / sum of lifetimes and the natural
    logarithm (Chintakunta et al. 2015, Atienza et al. 2020); normalised, it is divided by log m.
    """
    lifetimes = diagram.lifetimes
    finite, lasting = len(lifetimes), len(diagram.essential)
    if not finite:
        return DiagramStatistics(lasting, lasting, None, None, 0.0, None, None, None)
    total, longest, variance, entropy = summary(lifetimes)
    known = entropy if total > 0 else None
    return DiagramStatistics(
        count=finite + lasting,
        essential_count=lasting,
        mean_lifetime=total / finite,
        max_lifetime=longest,
        total_lifetime=total,
        lifetime_variance=variance,
        persistent_entropy=known,
        normalized_persistent_entropy=_normalized(known, finite),
    )


def _normalized(entropy: float | None, bars: int) -> float | None:
    return entropy / math.log(bars) if entropy is not None and bars > 1 else None
