"""What a run may take of the machine."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CacheLimits:
    """How much memory the keys and values of contexts may take, and where the rest may go."""

    budget_bytes: int = 2 << 30
    spill: Path | None = None


@dataclass(frozen=True)
class Limits:
    """The limits of a run. `step_bytes` is what a step's activations may take; None asks nobody."""

    cache: CacheLimits = CacheLimits()
    step_bytes: int | None = None
