"""How long the threads of a processor's tensor code spin when they wait for each other.

GNU OpenMP spins 300,000 times before it sleeps, some milliseconds. Two children on one machine then
spin while the other would compute: a step of a small model took five times as long, single ones
fourteen seconds. A thirtieth of that costs a lone child nothing, and two come to 0.4 of its speed
each.
"""

import os

SPINS = "GOMP_SPINCOUNT"
BRIEF = 10_000


def spin_briefly() -> None:
    """In the parent, for its children: spin `BRIEF` times, unless the operator has chosen."""
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault(SPINS, str(BRIEF))
