"""What an analysis found between snapshots, and of structure against performance."""

from typing import Literal

from pydantic import BaseModel

from store.schema import Evolution

Series = list[float | None]


class Interval(BaseModel):
    """A 95 % interval."""

    low: float
    high: float


class BlockInterval(Interval):
    """A block-bootstrap interval, and how many snapshots a block had."""

    block_length: int


class Spread(Interval):
    """The median and the central 95 % of what null trajectories reach."""

    median: float


class Settling(BaseModel):
    """Where the rate of a movement per step changes (Pettitt 1979); `before`, `after`: medians."""

    series: str
    step: int
    p_value: float
    before: float
    after: float
    settled: bool


class NullSettled(BaseModel):
    """Of the null `trajectories` in which the movement's rate can be tested, how many settle."""

    series: str
    trajectories: int
    settled: int


class VirtualToken(BaseModel):
    """The vocabulary token nearest to a virtual token at the first and the last snapshot."""

    index: int
    first: str
    last: str
    first_distance: float
    last_distance: float
    changes: int


class Vocabulary(BaseModel):
    """How the nearest vocabulary tokens change, by snapshot and by virtual token."""

    steps: list[int]
    mean_distance: list[float]
    changed: Series
    tokens: list[VirtualToken]


class Performance(BaseModel):
    """The metric that structure is related to, where it was measured."""

    name: str
    steps: list[int]
    values: list[float]


class Effect(BaseModel):
    """A rank-biserial effect and its interval."""

    rank_biserial: float
    interval: BlockInterval


class Groups(BaseModel):
    """Mann-Whitney: snapshots above the median of the metric against the others.

    With a training loss those above are the worse ones.
    `given_step` is the effect on what a fit on the step leaves of measure and performance.
    """

    u: float
    p_value: float
    rank_biserial: float
    interval: BlockInterval | None = None
    above_median: int
    others: int
    given_step: Effect | None = None


class Null(BaseModel):
    """The same numbers for task-free trajectories.

    Of `trajectories`, `with_measure` have the measure, the others are left out; `compared` of these
    have a partial rho, as the step explains all of the others' measure. `reaching` reach the run's,
    and `p_value` is their share of `with_measure`, the run counted as one. Both are null if none is
    compared, or if the run has no partial rho.
    """

    trajectories: int
    with_measure: int | None = None
    compared: int | None = None
    reaching: int | None = None
    rho: Spread | None
    rho_with_step: Spread | None
    partial_rho: Spread | None
    rank_biserial: Spread | None
    rank_biserial_given_step: Spread | None = None
    p_value: float | None


class Relation(BaseModel):
    """Spearman's rho of a measure and the performance, beside its controls.

    Of `graded_snapshots`, `snapshots` have the measure.
    """

    measure: str
    snapshots: int
    graded_snapshots: int | None = None
    rho: float
    p_value: float
    interval: BlockInterval
    rho_with_step: float | None
    partial_rho: float | None
    partial_p_value: float | None
    partial_interval: BlockInterval | None
    mann_whitney: Groups | None
    null: Null | None
    survives: bool


class InputEvolution(BaseModel):
    """One input. Distances are lists over `steps`, by name; null where there is none.

    `null_settling` is of the first null trajectory, `null_settled` counts over all. `null_reach` is
    how far null trajectories end from their start, in units of the run's drift.
    """

    input: int
    label: str
    steps: list[int]
    from_previous: dict[str, Series]
    from_first: dict[str, Series]
    settling: list[Settling]
    null_settling: list[Settling] | None
    null_settled: list[NullSettled] | None = None
    vocabulary: Vocabulary | None
    performance: Performance | None
    null_trajectories: int
    null_reach: float | None = None
    relations: list[Relation]


class Between(BaseModel):
    """Distances between the diagrams of two inputs at these steps; null: infinitely far apart."""

    inputs: list[int]
    steps: list[int]
    distances: dict[str, float | None]


class AcrossRuns(BaseModel):
    """A relation over runs, the run as the unit.

    `beyond_null` is the mean partial rho less the medians of the `with_null` runs that have null
    trajectories (by Fisher's z); interval and p are its own, null where the runs do not differ, so
    that there is no test; the adjusted p is Holm's over the measures that were tested. What an
    earlier version did not compute is null in its analyses.
    """

    measure: str
    runs: int
    partial_rhos: list[float]
    null_partial_rhos: Series | None = None
    with_null: int | None = None
    mean_partial_rho: float
    beyond_null: float | None = None
    interval: Interval | None
    p_value: float | None
    adjusted_p_value: float | None = None
    same_sign: int
    survives: bool


class EvolutionObject(BaseModel):
    """The structural evolution; `words` says in sentences what was found."""

    object: Literal["analysis.evolution"] = "analysis.evolution"
    analysis: str
    inputs: list[InputEvolution]
    between: list[Between]
    across_runs: list[AcrossRuns]
    words: list[str]
    versions: dict[str, str]


def evolution_object(evolution: Evolution) -> EvolutionObject:
    """Return an evolution as its answer."""
    return EvolutionObject.model_validate({"analysis": evolution.job_id, **evolution.values})
