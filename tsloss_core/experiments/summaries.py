"""Each arm by itself."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from tsloss_core.experiments.outcomes import RunOutcome
from tsloss_core.experiments.report import ArmSummary, Convergence, Curve, CurvePoint
from tsloss_core.significance.intervals import MeanInterval, mean_interval


def summarize_arm(
    arm: str, runs: Sequence[RunOutcome], plain: Sequence[RunOutcome], counts_iterations: bool
) -> ArmSummary:
    """Return an arm's figures over its succeeded `runs`; `plain` are those without regulariser."""
    return ArmSummary(
        arm=arm,
        runs=len(runs),
        first_accuracy=_interval([run.first_accuracy for run in runs]),
        accuracy=_interval([run.accuracy for run in runs]),
        gain=_gain(runs),
        loss=_interval([run.loss for run in runs]),
        convergence=summarize_convergence(runs) if counts_iterations else None,
        steps_per_second=_speed(runs),
        side_by_side=max((run.side_by_side for run in runs), default=1),
        overhead=_overhead(runs, plain),
        gradient_ratio=_median(run.gradient_ratio for run in runs),
        analysed=sum(bool(run.structure) for run in runs),
        structure=_structure(runs),
    )


def summarize_convergence(runs: Sequence[RunOutcome]) -> Convergence | None:
    """Return the iterations to convergence with censoring at the step limit, None for no runs."""
    mean = _interval([run.value("iterations") for run in runs])
    if mean is None:
        return None
    times = [math.inf if run.converged_at is None else float(run.converged_at) for run in runs]
    middle = median(times)
    return Convergence(
        runs=len(runs),
        converged=sum(math.isfinite(time) for time in times),
        iterations=tuple(run.converged_at for run in runs),
        median=middle if math.isfinite(middle) else None,
        mean_up_to_limit=mean,
    )


def learning_curve(arm: str, runs: Sequence[RunOutcome]) -> Curve:
    """Return mean and interval over the seeds at each step where every run has a grade.

    A run that had converged and ended counts on with its last prompt, and a step at which one run
    converged is left out while others were not graded there: else means would be those of the slow
    or of the quick runs alone.
    """
    steps = sorted({point.step for run in runs for point in run.curve})
    points = [_curve_point(step, [run for run in runs if run.curve]) for step in steps]
    return Curve(arm, tuple(point for point in points if point is not None))


def _curve_point(step: int, runs: Sequence[RunOutcome]) -> CurvePoint | None:
    graded = [point for run in runs if (point := run.graded_at(step)) is not None]
    if len(graded) < len(runs):
        return None
    return CurvePoint(
        step,
        _sure(mean_interval([point.accuracy for point in graded])),
        _sure(mean_interval([point.loss for point in graded])),
    )


def _gain(runs: Sequence[RunOutcome]) -> MeanInterval | None:
    return _interval(
        [
            run.accuracy - run.first_accuracy
            for run in runs
            if run.accuracy is not None and run.first_accuracy is not None
        ]
    )


def _interval(values: Iterable[float | None]) -> MeanInterval | None:
    return mean_interval([value for value in values if value is not None])


def _speed(runs: Sequence[RunOutcome]) -> float | None:
    seconds = _median(run.step_seconds for run in runs)
    return 1.0 / seconds if seconds else None


def _overhead(runs: Sequence[RunOutcome], plain: Sequence[RunOutcome]) -> float | None:
    if any(run.side_by_side > 1 for run in (*runs, *plain)):
        return None
    alone = {run.seed: run.step_seconds for run in plain if run.step_seconds}
    ratios = [
        run.step_seconds / alone[run.seed]
        for run in runs
        if run.step_seconds is not None and alone.get(run.seed)
    ]
    return median(ratios) - 1.0 if ratios else None


def _structure(runs: Sequence[RunOutcome]) -> dict[str, MeanInterval]:
    values = defaultdict(list)
    for run in runs:
        for name, value in run.structure.items():
            values[name].append(value)
    return {name: _sure(mean_interval(each)) for name, each in values.items()}


def _median(values: Iterable[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return median(there) if there else None


def _sure(interval: MeanInterval | None) -> MeanInterval:
    if interval is None:
        raise ValueError("no value was graded")
    return interval
