"""What a report of an experiment holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tsloss_core.experiments.paired import SignFlip
from tsloss_core.significance.intervals import MeanInterval
from tsloss_core.spec.experiments import ExperimentSpec, Metric

Finding = Literal["better", "worse", "no_difference_shown", "too_few_pairs"]


@dataclass(frozen=True)
class Convergence:
    """Iterations to convergence. A run that did not get there counts with its step limit.

    So the mean is one of min(iterations, limit), a lower bound of the mean iterations; the median
    is None where half of the runs or more did not get there. `iterations` are those of each run in
    the order of seeds, None for a run that did not get there.
    """

    runs: int
    converged: int
    iterations: tuple[int | None, ...]
    median: float | None
    mean_up_to_limit: MeanInterval


@dataclass(frozen=True)
class ArmSummary:
    """An arm on one task with one model, over the runs that succeeded.

    `overhead` is the median over seeds of its seconds per step over those of the arm without
    regulariser with the same seed, minus 1; None where runs shared their steps, `side_by_side` of
    them at most. `gradient_ratio` is the regulariser's gradient norm over cross-entropy's: one of
    1e-6 does nothing. `first_accuracy` is that of the prompts that tuning began with, `gain` what
    accuracy gained on it, paired by run. `structure` are the last snapshot's measures over those of
    the `analysed` runs that have them: without an H1 bar there is no mean lifetime of one.
    """

    arm: str
    runs: int
    first_accuracy: MeanInterval | None
    accuracy: MeanInterval | None
    gain: MeanInterval | None
    loss: MeanInterval | None
    convergence: Convergence | None
    steps_per_second: float | None
    side_by_side: int
    overhead: float | None
    gradient_ratio: float | None
    analysed: int
    structure: Mapping[str, MeanInterval]


@dataclass(frozen=True)
class Difference:
    """An arm against another, paired by seed: arm minus the other.

    `interval` is the 95 % t-interval of this difference alone. `p` is the sign-flip test's after
    Holm's correction over the metric's family, and what `finding` rests on; `t_p` is the paired t
    test's, corrected alike. `detectable` is the size that the design finds with 80 % power at the
    strictest level of the correction. `incomplete_seeds` have a run of one arm or none;
    `tied_pairs` are those without a difference.
    """

    metric: Metric
    arm: str
    against: str
    pairs: int
    incomplete_seeds: tuple[int, ...]
    tied_pairs: int
    censored_pairs: int
    interval: MeanInterval | None
    sign_flip: SignFlip | None
    p: float | None
    t_p_uncorrected: float | None
    t_p: float | None
    detectable: float | None
    finding: Finding
    verdict: str


@dataclass(frozen=True)
class CurvePoint:
    """Accuracy and loss at a step, over the runs that were graded there."""

    step: int
    accuracy: MeanInterval
    loss: MeanInterval


@dataclass(frozen=True)
class Curve:
    """The learning curve of an arm."""

    arm: str
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True)
class ShapeRelation:
    """How a measure of the last prompt goes with accuracy over `runs` of the same arm.

    `rho` is Spearman's correlation of ranks within arms. `p` is two-sided, of orders of the seeds
    that are the same in every arm, after Holm's correction over the measures of all tasks;
    `p_uncorrected` is before it. Both are None where so few seeds could not be significant; such
    relations are not tested.
    """

    measure: str
    runs: int
    seeds: int
    rho: float
    p: float | None
    p_uncorrected: float | None


@dataclass(frozen=True)
class ShapeDifference:
    """An arm's measure of the last prompt against another arm's, paired by seed.

    `interval` is the 95 % t-interval of the mean difference. `p` is the sign-flip test's after
    Holm's correction over all comparisons of the measure, `p_uncorrected` before it. Both are None
    where so few pairs could not be significant; such comparisons are not tested.
    """

    measure: str
    arm: str
    against: str
    interval: MeanInterval
    p: float | None
    p_uncorrected: float | None


@dataclass(frozen=True)
class TaskResults:
    """Everything about one task with one model.

    `untuned_accuracy` is the model's without a prompt.
    """

    model: str
    task: str
    evaluated_on: str | None
    rows: int | None
    untuned_accuracy: float | None
    arms: tuple[ArmSummary, ...]
    differences: tuple[Difference, ...]
    curves: tuple[Curve, ...]
    shapes: tuple[ShapeDifference, ...]
    relations: tuple[ShapeRelation, ...]


@dataclass(frozen=True)
class Family:
    """The tests that Holm's correction holds together: all of one metric.

    `smallest_p` is the least corrected p that the pairs could have given at all.
    """

    metric: Metric
    tests: int
    smallest_p: float | None


@dataclass(frozen=True)
class MissingRun:
    """A run of the matrix that has no figures, and why."""

    model: str
    task: str
    arm: str
    seed: int
    job: str | None
    status: str
    error: str | None


@dataclass(frozen=True)
class Results:
    """The comparison of all runs. `level` is the error rate that each family holds."""

    primary: Metric
    level: float
    planned_runs: int
    succeeded_runs: int
    families: tuple[Family, ...]
    tasks: tuple[TaskResults, ...]
    missing_runs: tuple[MissingRun, ...]
    notes: tuple[str, ...]

    @property
    def analysed_runs(self) -> int:
        """Number of runs whose analysis is there."""
        return sum(arm.analysed for task in self.tasks for arm in task.arms)

    def verdicts(self) -> list[str]:
        """Return the verdicts on the primary metric, task by task."""
        return [
            each.verdict
            for task in self.tasks
            for each in task.differences
            if each.metric == self.primary
        ]


@dataclass(frozen=True)
class ExperimentReport:
    """A report: which experiment, its settings, the versions that its runs ran on, the results."""

    id: str
    name: str
    status: str
    created_at: int
    settings: ExperimentSpec
    versions: tuple[Mapping[str, str], ...]
    results: Results
    object: Literal["experiment.report"] = "experiment.report"
