"""What a task's runs say together, beside the verdicts."""

from collections.abc import Sequence

from tsloss_core.experiments.relations import FEWEST_SEEDS, SHAPES
from tsloss_core.experiments.report import ShapeRelation, TaskResults
from tsloss_core.experiments.verdicts import show, show_p
from tsloss_core.measures import MEASURES
from tsloss_core.significance.levels import ERROR_RATE


def word_task(task: TaskResults) -> list[str]:
    """Return what tuning gained at all, and what shape has to do with accuracy."""
    words = [] if task.untuned_accuracy is None else [_start(task, task.untuned_accuracy)]
    if task.relations:
        words += [_relations(task.relations), *_unrelated(task)]
    return words


def _start(task: TaskResults, untuned: float) -> str:
    told = f"The model answers {100 * untuned:.1f} % of the rows without a prompt."
    gain = task.plain_gain
    if gain is None or gain.low is None or gain.high is None or not gain.low <= 0 <= gain.high:
        return told
    low, high = (show("accuracy", bound, sign=True) for bound in (gain.low, gain.high))
    return (
        f"{told} Tuning without a regulariser is not shown to gain anything on the prompts that it "
        f"began with ({show('accuracy', gain.mean, sign=True)} points, 95 % interval "
        f"{low}..{high}): a gain over it is no gain over a prompt that has learnt the task."
    )


def _unrelated(task: TaskResults) -> list[str]:
    related = {each.measure for each in task.relations}
    others = [MEASURES[measure] for measure in SHAPES if measure not in related]
    if not others:
        return []
    return [
        f"Not related, as fewer than {FEWEST_SEEDS} seeds have it in every arm or it is the same "
        f"in all runs: {', '.join(others)}."
    ]


def _relations(relations: Sequence[ShapeRelation]) -> str:
    shown = [each for each in relations if each.p <= ERROR_RATE]
    if not shown:
        return (
            "No measure of the last prompt's shape is shown to go with accuracy over runs of the "
            f"same arm: the smallest p is {show_p(min(each.p for each in relations))}."
        )
    told = [
        f"{MEASURES[each.measure]} ({'more' if each.rho > 0 else 'less'} where accuracy is higher, "
        f"rho {each.rho:+.2f}, p = {show_p(each.p)})"
        for each in shown
    ]
    return f"Over runs of the same arm, these go with accuracy: {'; '.join(told)}."
