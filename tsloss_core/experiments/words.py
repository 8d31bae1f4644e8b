"""What a task's runs say together, beside the verdicts."""

from collections.abc import Sequence

from tsloss_core.experiments.relations import FEWEST_SEEDS, SHAPES
from tsloss_core.experiments.report import ShapeRelation, TaskResults
from tsloss_core.experiments.verdicts import p_equals, show, show_bounds
from tsloss_core.measures import MEASURES
from tsloss_core.significance.intervals import MeanInterval
from tsloss_core.significance.levels import ERROR_RATE


def word_task(task: TaskResults) -> list[str]:
    """Return what tuning gained at all, and what shape has to do with accuracy."""
    words = [*_start(task), *_idle(task)]
    if task.relations:
        words += [_relations(task.relations), *_unrelated(task)]
    return words


def _start(task: TaskResults) -> list[str]:
    if task.untuned_accuracy is None:
        return []
    return [f"The model answers {100 * task.untuned_accuracy:.1f} % of the rows without a prompt."]


def _idle(task: TaskResults) -> list[str]:
    """Name the arms that a gain over is no gain over a prompt that has learnt the task."""
    idle = [
        f"{arm.arm} ({_points(arm.gain)})"
        for arm in task.arms
        if arm.gain is not None and arm.gain.low is not None and arm.gain.low <= 0
    ]
    if not idle:
        return []
    return [
        "Not shown to answer more rows than with the prompts that they began with: "
        f"{', '.join(idle)}. A gain over such an arm is no gain over a prompt that has learnt the "
        "task."
    ]


def _points(gain: MeanInterval) -> str:
    mean = show("accuracy", gain.mean, sign=True)
    return f"{mean} points, {show_bounds('accuracy', gain, sign=True)}"


def _unrelated(task: TaskResults) -> list[str]:
    related = {each.measure for each in task.relations}
    others = [MEASURES[measure] for measure in SHAPES if measure not in related]
    if not others:
        return []
    return [
        f"Not tested against accuracy, as fewer than {FEWEST_SEEDS} seeds have it in every arm or "
        f"it is the same in all runs of each arm: {', '.join(others)}."
    ]


def _relations(relations: Sequence[ShapeRelation]) -> str:
    tested = {each.measure: each.p for each in relations if each.p is not None}
    if not tested:
        return (
            "The last prompts' shape is not tested against accuracy: with so few seeds no relation "
            "of any strength could be significant."
        )
    shown = [each for each in relations if tested.get(each.measure, 1.0) <= ERROR_RATE]
    if not shown:
        return (
            "No measure of the last prompt's shape is shown to go with accuracy over runs of the "
            f"same arm: the smallest {p_equals(min(tested.values()))}."
        )
    told = [
        f"{MEASURES[each.measure]} ({'more' if each.rho > 0 else 'less'} where accuracy is higher, "
        f"rho {each.rho:+.2f}, {p_equals(tested[each.measure])})"
        for each in shown
    ]
    return f"Over runs of the same arm, these go with accuracy: {'; '.join(told)}."
