"""Relations of structure to performance over independent runs: the run is the unit."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

FEWEST = 3
LEVEL = 0.95
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class RunRelations:
    """The relations of one run, as `relate` returns them, and what tells it from other runs.

    `metric` is the name of the performance they relate to, None where there is none. `setting`
    are the run's settings by a word for each: runs whose texts are equal were set alike.
    """

    label: str
    metric: str | None
    seed: int
    setting: Mapping[str, str]
    relations: Sequence[Mapping[str, Any]]


def of_one_metric(
    runs: Sequence[RunRelations],
) -> tuple[list[RunRelations], list[RunRelations]]:
    """Return the runs that share the metric of most of them, and the others.

    An accuracy grows where a loss falls, so correlations with the two have opposite signs and no
    mean. Of metrics that as many runs have, the first run's is taken.
    """
    counts = Counter(run.metric for run in runs if run.metric is not None)
    metric = counts.most_common(1)[0][0] if counts else None
    shared = [run for run in runs if run.metric is not None and run.metric == metric]
    return shared, [run for run in runs if run.metric is None or run.metric != metric]


def relate_across_runs(runs: Sequence[RunRelations]) -> list[dict[str, Any]]:
    """Combine the relations of the runs that share a metric; empty below 3 of them.

    The snapshots of a run depend on each other, runs of other seeds do not. So each run gives one
    number per measure, Fisher's z = atanh of its partial correlation; the mean of those has a
    Student t interval and a two-sided p over the runs, carried back by tanh. `survives`:
    p is at most 0.05, that is, the 95 % interval leaves out zero.
    """
    shared, _ = of_one_metric(runs)
    partials: dict[str, list[float]] = {}
    for run in shared:
        for relation in run.relations:
            if relation["partial_rho"] is not None:
                partials.setdefault(relation["measure"], []).append(relation["partial_rho"])
    return [_combined(name, rhos) for name, rhos in partials.items() if len(rhos) >= FEWEST]


def _combined(name: str, rhos: Sequence[float]) -> dict[str, Any]:
    z = np.arctanh(np.clip(rhos, -0.999999, 0.999999))
    mean, error = float(z.mean()), float(z.std(ddof=1)) / math.sqrt(len(z))
    half = float(stats.t.ppf((1 + LEVEL) / 2, len(z) - 1)) * error
    p_value = float(stats.ttest_1samp(z, 0.0).pvalue) if error > 0 else float(mean == 0)
    return {
        "measure": name,
        "runs": len(z),
        "partial_rhos": list(rhos),
        "mean_partial_rho": math.tanh(mean),
        "interval": {"low": math.tanh(mean - half), "high": math.tanh(mean + half)},
        "p_value": p_value,
        "same_sign": int(max((z > 0).sum(), (z < 0).sum())),
        "survives": p_value <= SIGNIFICANT,
    }
