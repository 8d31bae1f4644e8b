"""Whether the last prompts of two arms differ in shape."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tsloss_core.experiments.outcomes import RunOutcome
from tsloss_core.experiments.paired import sign_flip, smallest_sign_flip_p
from tsloss_core.experiments.relations import SHAPES
from tsloss_core.experiments.report import ShapeDifference
from tsloss_core.significance.holm import fewest_to_test, holm
from tsloss_core.significance.intervals import mean_interval
from tsloss_core.spec.experiments import Comparison

ByArm = Mapping[str, Sequence[RunOutcome]]


def compare_shapes(
    places: Sequence[ByArm], comparisons: Sequence[Comparison]
) -> list[tuple[ShapeDifference, ...]]:
    """Return the paired differences of every measure, for each task with each model.

    A pair has the same seed. Each measure is a family of its own: its sign-flip tests hold together
    over all comparisons and places by Holm's correction. A comparison with fewer than two pairs
    that have the measure is left out; one whose pairs could not be significant is not tested, so
    that it costs the others nothing.
    """
    found: list[list[ShapeDifference]] = [[] for _ in places]
    for measure in SHAPES:
        family = [
            (at, difference)
            for at, by_arm in enumerate(places)
            for comparison in comparisons
            if (difference := _difference(by_arm, comparison, measure)) is not None
        ]
        least = fewest_to_test([d.interval.n for _, d in family], smallest_sign_flip_p)
        tested = [d.p_uncorrected if d.interval.n >= least else None for _, d in family]
        for (at, difference), p, raw in zip(family, holm(tested), tested, strict=True):
            found[at].append(replace(difference, p=p, p_uncorrected=raw))
    return [tuple(each) for each in found]


def _difference(by_arm: ByArm, comparison: Comparison, measure: str) -> ShapeDifference | None:
    arm, against = (
        {run.seed: run.structure[measure] for run in by_arm[name] if measure in run.structure}
        for name in (comparison.arm, comparison.against)
    )
    differences = [arm[seed] - against[seed] for seed in sorted(arm.keys() & against.keys())]
    interval, flip = mean_interval(differences), sign_flip(differences)
    if interval is None or flip is None or len(differences) < 2:
        return None
    return ShapeDifference(measure, comparison.arm, comparison.against, interval, flip.p, flip.p)
