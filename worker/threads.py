"""How many threads a worker child computes in."""

import os


def thread_count() -> int:
    """As many as the operator gives to numerical libraries, else one per processor."""
    given = os.environ.get("OMP_NUM_THREADS")
    return int(given) if given else _processors()


def _processors() -> int:
    """Those that this process may use; where the system cannot tell (macOS), all."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
