"""One thing that was looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it will do, and what was found."""

    what: str
    good: bool
    found: str
