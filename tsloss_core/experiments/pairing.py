"""Which runs of two arms belong together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tsloss_core.experiments.outcomes import RunOutcome
from tsloss_core.spec.experiments import Comparison, Metric


@dataclass(frozen=True)
class Pairs:
    """The runs of an arm and of the one it is compared with, on one task with one model.

    A pair has the same seed, and with it the same order of rows and, where the arms share the
    `init`, the same first prompt. `incomplete` are the seeds without a figure from both.
    """

    model: str
    task: str
    comparison: Comparison
    metric: Metric
    differences: tuple[float, ...]
    incomplete: tuple[int, ...]
    censored: int

    @property
    def tied(self) -> int:
        """Number of pairs without a difference."""
        return sum(value == 0 for value in self.differences)


def pair_runs(
    runs: Mapping[tuple[str, int], RunOutcome],
    seeds: Sequence[int],
    where: tuple[str, str],
    comparison: Comparison,
    metric: Metric,
) -> Pairs:
    """Pair the succeeded runs of one task by seed. `runs` is keyed by arm and seed.

    `where` is model and task. A pair counts as censored where either run is.
    """
    differences, incomplete, censored = [], [], 0
    for seed in seeds:
        pair = [runs.get((arm, seed)) for arm in (comparison.arm, comparison.against)]
        there = [run for run in pair if run is not None]
        values = [value for run in there if (value := run.value(metric)) is not None]
        if len(values) == 2:
            differences.append(values[0] - values[1])
            censored += metric == "iterations" and any(run.converged_at is None for run in there)
        else:
            incomplete.append(seed)
    return Pairs(*where, comparison, metric, tuple(differences), tuple(incomplete), censored)
