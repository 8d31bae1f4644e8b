"""One comparison out of all runs of an experiment."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from tsloss_core.experiments.differences import compare_family
from tsloss_core.experiments.outcomes import RunOutcome
from tsloss_core.experiments.pairing import pair_runs
from tsloss_core.experiments.relations import correct, relate_shape
from tsloss_core.experiments.report import (
    Difference,
    Family,
    MissingRun,
    Results,
    ShapeDifference,
    ShapeRelation,
    TaskResults,
)
from tsloss_core.experiments.shapes import compare_shapes
from tsloss_core.experiments.summaries import learning_curve, summarize_arm
from tsloss_core.significance.levels import ERROR_RATE
from tsloss_core.spec.experiments import ExperimentSpec, Metric

Runs = dict[tuple[str, int], RunOutcome]
ByArm = dict[str, list[RunOutcome]]
Place = tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """The tests of one task with one model, corrected over all tasks and models."""

    differences: list[Difference]
    shapes: tuple[ShapeDifference, ...]
    relations: tuple[ShapeRelation, ...]


NOTES = (
    "A pair is two runs with the same model, task and seed: the same order of rows and, where the "
    "arms share the init, the same first prompt.",
    "p values are two-sided sign-flip permutation tests with Holm's correction over all "
    "comparisons of a metric; intervals are 95 % t-intervals, each for itself.",
    "What the design could detect is the difference that the sign-flip test finds with 80 % power "
    "at the strictest level of Holm's correction, if differences are normal with the spread seen.",
    "Differences of shape are paired as the others are; each measure is a family of its own.",
    "Shape against accuracy compares the last prompts of runs of the same arm; p is over orders of "
    "the seeds, with Holm's correction over the measures of all tasks. It shows what goes together "
    "and not what makes what.",
    "Seeds stand for initial prompts and orders of rows. The rows are the same in every run: what "
    "holds here holds for these rows.",
)
CENSORING = (
    "Iterations of a run that did not converge count as its step limit: means and differences of "
    "iterations are of min(iterations, limit)."
)
WARM = "Arms that start from another experiment's prompts have those runs' steps behind them too."
SHARED_STEPS = (
    "Steps per second are by the clock, with whatever else the machine did; runs that were trained "
    "side by side share their steps, and a regulariser has then no overhead of its own to show."
)


def compare_runs(spec: ExperimentSpec, outcomes: Sequence[RunOutcome]) -> Results:
    """Return every summary, test and verdict. A run without an outcome counts as `missing`.

    Failed, unfinished and missing runs are named; nothing is filled in for them.
    """
    found = {(run.model, run.task, run.arm, run.seed): run for run in outcomes}
    places = list(product(spec.models, (task.name for task in spec.tasks)))
    by_place: dict[Place, Runs] = {place: {} for place in places}
    for run in found.values():
        if run.succeeded and (run.model, run.task) in by_place:
            by_place[run.model, run.task][run.arm, run.seed] = run
    families, differences = _differences(spec, by_place)
    arms = {place: _by_arm(spec, runs) for place, runs in by_place.items()}
    shapes = compare_shapes(list(arms.values()), spec.comparisons)
    related = correct([relate_shape(by_arm) for by_arm in arms.values()])
    missing = _missing(spec, found)
    return Results(
        primary=spec.primary,
        level=ERROR_RATE,
        planned_runs=spec.size,
        succeeded_runs=spec.size - len(missing),
        families=tuple(families),
        tasks=tuple(
            _task_results(spec, place, arms[place], Compared(differences[place], shape, relations))
            for place, shape, relations in zip(by_place, shapes, related, strict=True)
        ),
        missing_runs=tuple(missing),
        notes=_notes(spec),
    )


def _differences(
    spec: ExperimentSpec, by_place: dict[Place, Runs]
) -> tuple[list[Family], dict[Place, list[Difference]]]:
    families: list[Family] = []
    differences: dict[Place, list[Difference]] = {place: [] for place in by_place}
    for metric in _metrics(spec):
        pairs = [
            pair_runs(runs, spec.seeds, place, comparison, metric)
            for place, runs in by_place.items()
            for comparison in spec.comparisons
        ]
        if not pairs:
            continue
        family, tested = compare_family(pairs)
        families.append(family)
        for pair, difference in zip(pairs, tested, strict=True):
            differences[pair.model, pair.task].append(difference)
    return families, differences


def _metrics(spec: ExperimentSpec) -> list[Metric]:
    """The primary metric first."""
    measured: list[Metric] = ["accuracy", "loss"]
    if _counts_iterations(spec):
        measured.append("iterations")
    return sorted(measured, key=lambda metric: metric != spec.primary)


def _counts_iterations(spec: ExperimentSpec) -> bool:
    return any(arm.soft_prompt.evaluation.stop_at_accuracy is not None for arm in spec.arms)


def _by_arm(spec: ExperimentSpec, runs: Runs) -> ByArm:
    return {
        arm.name: [run for (name, _), run in sorted(runs.items()) if name == arm.name]
        for arm in spec.arms
    }


def _task_results(
    spec: ExperimentSpec,
    place: Place,
    by_arm: ByArm,
    compared: Compared,
) -> TaskResults:
    plain = next(
        (by_arm[arm.name] for arm in spec.arms if arm.soft_prompt.regularizer.type == "none"), []
    )
    first = next((run for runs in by_arm.values() for run in runs), None)
    return TaskResults(
        model=place[0],
        task=place[1],
        evaluated_on=first.evaluated_on if first else None,
        rows=first.rows if first else None,
        untuned_accuracy=first.untuned_accuracy if first else None,
        arms=tuple(
            summarize_arm(arm, chosen, plain, _counts_iterations(spec))
            for arm, chosen in by_arm.items()
        ),
        differences=tuple(compared.differences),
        curves=tuple(learning_curve(arm, chosen) for arm, chosen in by_arm.items()),
        shapes=compared.shapes,
        relations=compared.relations,
    )


def _missing(
    spec: ExperimentSpec, found: dict[tuple[str, str, str, int], RunOutcome]
) -> list[MissingRun]:
    missing = []
    for planned in spec.runs():
        place = planned.model, planned.task.name, planned.arm.name, planned.seed
        run = found.get(place)
        if run is None:
            missing.append(MissingRun(*place, None, "missing", None))
        elif not run.succeeded:
            missing.append(MissingRun(*place, run.job, run.status, run.error))
    return missing


def _notes(spec: ExperimentSpec) -> tuple[str, ...]:
    censoring = (CENSORING,) if _counts_iterations(spec) else ()
    warm = (WARM,) if any(arm.start is not None for arm in spec.arms) else ()
    return (*NOTES, *censoring, *warm, SHARED_STEPS)
