"""The structural measures of a diagram that the paper follows, and a few more."""

from dataclasses import dataclass

import numpy as np

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
    finite = len(lifetimes)
    entropy = _persistent_entropy(lifetimes)
    return DiagramStatistics(
        count=finite + len(diagram.essential),
        essential_count=len(diagram.essential),
        mean_lifetime=float(lifetimes.mean()) if finite else None,
        max_lifetime=float(lifetimes.max()) if finite else None,
        total_lifetime=float(lifetimes.sum()),
        lifetime_variance=float(lifetimes.var()) if finite else None,
        persistent_entropy=entropy,
        normalized_persistent_entropy=_normalized(entropy, finite),
    )


def _persistent_entropy(lifetimes: np.ndarray) -> float | None:
    total = lifetimes.sum()
    if total <= 0:
        return None
    shares = lifetimes[lifetimes > 0] / total
    return float(-(shares * np.log(shares)).sum()) + 0.0


def _normalized(entropy: float | None, bars: int) -> float | None:
    return entropy / float(np.log(bars)) if entropy is not None and bars > 1 else None
