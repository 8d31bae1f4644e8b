"""Relations of structure to performance over independent runs: the run is the unit."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tsloss_core.significance.holm import holm
from tsloss_core.significance.intervals import half_width
from tsloss_core.significance.levels import ERROR_RATE
from tsloss_core.significance.student import two_sided_p

FEWEST_RUNS = 3

_ROUNDING = 1e-9
"""Numbers that differ by less than this share of themselves are the same but for rounding."""


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
    number per measure: Fisher's z = atanh of its partial correlation, less that of the median of
    its null trajectories, since a drift that is not monotone gives every seed the same partial
    correlation. `beyond_null` is the mean of those, with a Student t interval and a two-sided p
    over the runs, carried back by tanh; `with_null` of the runs had a null median. Interval and p
    are None where the runs do not differ: no spread, no test. `survives`: p is at most 0.05 after
    Holm's correction over the measures that were tested.
    """
    shared, _ = of_one_metric(runs)
    pairs: dict[str, list[tuple[float, float | None]]] = {}
    for run in shared:
        for relation in run.relations:
            if relation["partial_rho"] is not None:
                pair = relation["partial_rho"], _null_median(relation)
                pairs.setdefault(relation["measure"], []).append(pair)
    found = [_combined(name, rhos) for name, rhos in pairs.items() if len(rhos) >= FEWEST_RUNS]
    adjusted = holm([relation["p_value"] for relation in found])
    return [
        {**relation, "adjusted_p_value": p, "survives": p is not None and p <= ERROR_RATE}
        for relation, p in zip(found, adjusted, strict=True)
    ]


def _null_median(relation: Mapping[str, Any]) -> float | None:
    spread = (relation["null"] or {}).get("partial_rho")
    return None if spread is None else float(spread["median"])


def _combined(name: str, pairs: Sequence[tuple[float, float | None]]) -> dict[str, Any]:
    rhos, nulls = [rho for rho, _ in pairs], [null for _, null in pairs]
    own, control = _fisher(rhos), _fisher([null or 0.0 for null in nulls])
    z = own - control
    return {
        "measure": name,
        "runs": len(z),
        "partial_rhos": rhos,
        "null_partial_rhos": nulls,
        "with_null": sum(null is not None for null in nulls),
        "mean_partial_rho": math.tanh(float(own.mean())),
        "beyond_null": math.tanh(float(z.mean())),
        **_tested(z, rounding=_ROUNDING * float(np.abs([own, control]).max())),
        "same_sign": int(max((z > 0).sum(), (z < 0).sum())),
    }


def _tested(z: NDArray[np.float64], rounding: float) -> dict[str, Any]:
    """Student's interval of the mean, carried back, and p; None where all z (runs,) are the same.

    A spread of zero would give p = 0, whatever the mean.
    """
    mean, deviation = float(z.mean()), float(z.std(ddof=1))
    if deviation <= rounding:
        return {"interval": None, "p_value": None}
    error, half = deviation / math.sqrt(len(z)), half_width(deviation, len(z))
    interval = {"low": math.tanh(mean - half), "high": math.tanh(mean + half)}
    return {"interval": interval, "p_value": two_sided_p(mean / error, len(z) - 1)}


def _fisher(rhos: Sequence[float]) -> NDArray[np.float64]:
    return np.asarray(np.arctanh(np.clip(rhos, -0.999999, 0.999999)))
