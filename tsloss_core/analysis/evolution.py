"""How far the structure of a run moves from snapshot to snapshot, and when it settles."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from tsloss_core.analysis.change_point import FEWEST_VALUES, change_point
from tsloss_core.analysis.threads import PIECE_BYTES, in_threads
from tsloss_core.analysis.trajectory import CloudAnalysis
from tsloss_core.significance.levels import ERROR_RATE
from tsloss_core.topology import Diagram, bottleneck_distance, wasserstein_distance

KINDS: dict[str, Callable[[Diagram, Diagram], float]] = {
    "bottleneck": bottleneck_distance,
    "wasserstein": wasserstein_distance,
}
"""Distances between diagrams, the Wasserstein distance of order 1."""

Distances = dict[str, float | None]
"""By name: `bottleneck_h0`, `wasserstein_h0`, ... None for infinitely far apart."""


@dataclass(frozen=True)
class Settling:
    """The change point of how fast something moves.

    `series` says what moves: a bottleneck distance or the mean displacement of the tokens, per
    step. The rate changes at the snapshot of `step`, where the first interval at the later rate
    begins; `before` and `after` are the medians.
    `settled`: the rate is lower after, and p is below 0.05.
    """

    series: str
    step: int
    p_value: float
    before: float
    after: float
    settled: bool

    def to_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)


@dataclass(frozen=True)
class Evolution:
    """Distances of each snapshot's diagrams from those before it and from the first ones."""

    steps: tuple[int, ...]
    from_previous: tuple[Distances, ...]
    from_first: tuple[Distances, ...]
    settling: tuple[Settling, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the fields by name, distances as one list per name."""
        return {
            "steps": list(self.steps),
            "from_previous": _by_name(self.from_previous),
            "from_first": _by_name(self.from_first),
            "settling": [settling.to_json() for settling in self.settling],
        }


def evolve(
    analyses: Sequence[CloudAnalysis],
    on_distances: Callable[[int], None] | None = None,
    threads: int = 1,
) -> Evolution:
    """Measure the distances between the snapshots of a run, in order; linear in snapshots.

    `on_distances` is told of how many snapshots are done. The first snapshot's distances are None.
    """
    from_previous: list[Distances] = []
    from_first: list[Distances] = []
    # Matching bars takes so long that a snapshot goes to a thread alone.
    rows = in_threads(_two_distances, _pairs(analyses), threads, size=lambda _: PIECE_BYTES)
    for number, (before, start) in enumerate(rows, 1):
        from_previous.append(before)
        from_first.append(start)
        if on_distances is not None:
            on_distances(number)
    steps = tuple(analysis.step for analysis in analyses)
    settling = _settling(analyses, from_previous)
    return Evolution(steps, tuple(from_previous), tuple(from_first), settling)


def settle(analyses: Sequence[CloudAnalysis], threads: int = 1) -> tuple[Settling, ...]:
    """Return when the parts of a run's structure settle, as `evolve` does, and nothing else.

    That takes the bottleneck distances between neighbours alone, a quarter of what `evolve` costs.
    """
    if len(analyses) <= FEWEST_VALUES:
        return ()
    pairs = pairwise(analyses)
    moved = [*in_threads(_bottlenecks, pairs, threads, size=lambda _: PIECE_BYTES)]
    nothing: Distances = dict.fromkeys(moved[0], None)
    return _settling(analyses, [nothing, *moved])


def count_settled(trajectories: Sequence[Sequence[Settling]]) -> list[dict[str, Any]]:
    """Return for each series how many trajectories have a change point, and how many settle."""
    found = [settling for trajectory in trajectories for settling in trajectory]
    known = Counter(settling.series for settling in found)
    settled = Counter(settling.series for settling in found if settling.settled)
    return [
        {"series": series, "trajectories": count, "settled": settled[series]}
        for series, count in known.items()
    ]


def diagram_distances(
    first: Sequence[Diagram], second: Sequence[Diagram], kinds: Iterable[str] = tuple(KINDS)
) -> Distances:
    """Return the distances of some of KINDS, all if left out, in each dimension that both have."""
    return {
        f"{kind}_h{one.dimension}": _finite(KINDS[kind](one, other))
        for one, other in zip(first, second, strict=False)
        for kind in kinds
    }


def _pairs(analyses: Sequence[CloudAnalysis]) -> Iterator[tuple[CloudAnalysis, ...]]:
    for at, analysis in enumerate(analyses):
        yield analysis, analyses[max(0, at - 1)], analyses[0]


def _two_distances(clouds: tuple[CloudAnalysis, ...]) -> tuple[Distances, Distances]:
    cloud, previous, first = clouds
    if cloud is first:
        nothing: Distances = {
            f"{kind}_h{diagram.dimension}": None for diagram in cloud.diagrams for kind in KINDS
        }
        return nothing, nothing
    near = diagram_distances(previous.diagrams, cloud.diagrams)
    far = near if previous is first else diagram_distances(first.diagrams, cloud.diagrams)
    return near, far


def _bottlenecks(clouds: tuple[CloudAnalysis, CloudAnalysis]) -> Distances:
    before, after = clouds
    return diagram_distances(before.diagrams, after.diagrams, ("bottleneck",))


def _settling(
    analyses: Sequence[CloudAnalysis], from_previous: Sequence[Distances]
) -> tuple[Settling, ...]:
    moved: dict[str, list[float | None]] = {
        name: [distances[name] for distances in from_previous]
        for name in (from_previous[0] if from_previous else {})
        if name.startswith("bottleneck")
    }
    moved["mean_displacement"] = [a.measures["geometry"]["mean_displacement"] for a in analyses]
    steps = [analysis.step for analysis in analyses]
    found = [_settling_of(name, steps, values) for name, values in moved.items()]
    return tuple(settling for settling in found if settling is not None)


def _settling_of(name: str, steps: Sequence[int], moved: Sequence[float | None]) -> Settling | None:
    known = [
        (steps[at - 1], value / (steps[at] - steps[at - 1]))
        for at, value in enumerate(moved)
        if at > 0 and value is not None
    ]
    change = change_point([rate for _, rate in known])
    if change is None:
        return None
    settled = change.after < change.before and change.p_value < ERROR_RATE
    step = known[change.index][0]
    return Settling(name, step, change.p_value, change.before, change.after, settled)


def _by_name(distances: Sequence[Distances]) -> dict[str, list[float | None]]:
    return {name: [row[name] for row in distances] for name in (distances[0] if distances else {})}


def _finite(distance: float) -> float | None:
    return distance if math.isfinite(distance) else None
