"""Structure against performance: correlations over the snapshots of a run, with their controls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from tsloss_core.analysis.bootstrap import block_bootstrap
from tsloss_core.analysis.correlation import (
    FEWEST_PAIRS,
    partial_spearman,
    rank_residuals,
    spearman,
)
from tsloss_core.analysis.groups import compare_groups
from tsloss_core.analysis.null_relations import relate_nulls
from tsloss_core.analysis.trajectory import CloudAnalysis
from tsloss_core.measures import MEASURES
from tsloss_core.significance.levels import ERROR_RATE
from tsloss_core.spec.analysis import FEWEST_NULLS

Numbers = NDArray[np.float64]
Series = Mapping[str, Numbers]

METRICS = ("full_valid_accuracy", "train_loss")
"""What structure is related to: the first that enough snapshots have."""


@dataclass(frozen=True)
class Performance:
    """How the prompt did at the steps where it was graded.

    `name` is the metric's: `full_valid_accuracy`, or `train_loss`, which is better the lower: the
    mean cross-entropy, in nats, of the answer tokens in the rows of the last step before the
    snapshot, with the prompt as it was before that step.
    """

    name: str
    values: dict[int, float]


def performance_of(snapshots: Mapping[int, Mapping[str, float]]) -> Performance | None:
    """Return what the structure of a run is related to, from its snapshots' metrics by step.

    The accuracy if six snapshots have one, else the training loss; None if fewer have either.
    """
    for name in METRICS:
        values = {step: metrics[name] for step, metrics in snapshots.items() if name in metrics}
        if len(values) >= FEWEST_PAIRS:
            return Performance(name, values)
    return None


def measure_series(analyses: Sequence[CloudAnalysis]) -> dict[str, Numbers]:
    """Return each of MEASURES, float64 of shape (s,); NaN at a snapshot that lacks it.

    A snapshot without an H1 bar has no mean lifetime of them.
    """
    series: dict[str, Numbers] = {}
    for name in MEASURES:
        group, field = name.split(".")
        values = [analysis.measures.get(group, {}).get(field) for analysis in analyses]
        series[name] = np.array(values, dtype=np.float64)
    return series


def relate(
    analyses: Sequence[CloudAnalysis],
    performance: Performance,
    nulls: Sequence[Series] = (),
) -> list[dict[str, Any]]:
    """Return, for each measure that varies, its relation to the performance with the controls.

    `analyses` are the snapshots of one run, `nulls` the series of measures of its null trajectories
    at the same steps. The snapshots without performance are left out, and of each measure those
    that lack it. Empty below 6 snapshots; so many must have a measure.
    """
    kept = [at for at, a in enumerate(analyses) if a.step in performance.values]
    if len(kept) < FEWEST_PAIRS:
        return []
    steps = np.array([analyses[at].step for at in kept], dtype=np.float64)
    scores = np.array([performance.values[analyses[at].step] for at in kept])
    series = measure_series([analyses[at] for at in kept])
    found = [
        _relation(name, values, scores, steps, [null[name][kept] for null in nulls])
        for name, values in series.items()
    ]
    return [relation for relation in found if relation is not None]


def _relation(
    name: str, values: Numbers, scores: Numbers, steps: Numbers, nulls: Sequence[Numbers]
) -> dict[str, Any] | None:
    known = ~np.isnan(values)
    graded, values, scores, steps = len(values), values[known], scores[known], steps[known]
    rho = spearman(values, scores)
    if rho is None:
        return None
    partial = partial_spearman(values, scores, steps)
    with_step = spearman(values, steps)
    relation = {
        "measure": name,
        "snapshots": len(values),
        "graded_snapshots": graded,
        "rho": rho.rho,
        "p_value": rho.p_value,
        "interval": block_bootstrap(rankdata(values), rankdata(scores)).to_json(),
        "rho_with_step": None if with_step is None else with_step.rho,
        "partial_rho": None if partial is None else partial.rho,
        "partial_p_value": None if partial is None else partial.p_value,
        "partial_interval": _partial_interval(values, scores, steps),
        "mann_whitney": compare_groups(values, scores, steps),
        "null": relate_nulls(partial, [null[known] for null in nulls], scores, steps),
    }
    return {**relation, "survives": survives(relation)}


def survives(relation: Mapping[str, Any]) -> bool:
    """Whether a relation is more than drift.

    The interval of the partial correlation leaves out zero, and null trajectories reach a partial
    correlation as large in at most 5 % of cases. The interval is too narrow for short series, so
    that without a null trajectory to compare with the partial correlation's own p must be at most
    0.05 as well.
    """
    interval, null = relation["partial_interval"], relation["null"]
    if interval is None or interval["low"] <= 0 <= interval["high"]:
        return False
    p_value = null["p_value"] if has_null(relation) else relation["partial_p_value"]
    return bool(p_value <= ERROR_RATE)


def has_null(relation: Mapping[str, Any]) -> bool:
    """Whether enough null trajectories have the measure for a p of 0.05, and one a partial rho."""
    null = relation["null"]
    if null is None:
        return False
    return bool(null["with_measure"] >= FEWEST_NULLS and null["compared"] > 0)


def _partial_interval(
    values: Numbers, scores: Numbers, steps: Numbers
) -> dict[str, float | int] | None:
    left = rank_residuals(values, scores, steps)
    if left is None:
        return None
    return block_bootstrap(*left).to_json()
