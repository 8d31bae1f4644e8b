"""Does the shape of a tuned prompt go with how well it does, over independent runs?

Snapshots of one run follow each other, and what drifts together correlates; runs of different seeds
do not. So the last prompts of all runs are compared within each arm, where only the seed differs.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice, permutations

import numpy as np
from numpy.typing import NDArray

from tsloss_core.experiments.outcomes import RunOutcome
from tsloss_core.experiments.report import ShapeRelation
from tsloss_core.significance.holm import fewest_to_test, holm

SHAPES = (
    "h0.mean_lifetime",
    "h0.max_lifetime",
    "h0.persistent_entropy",
    "h1.count",
    "h1.mean_lifetime",
)
"""The measures of the last prompt that are compared; each further one costs power."""

FEWEST_SEEDS = 5
"""Five seeds have 120 orders; four have 24, which leave no room for a second test."""

EXACT_UP_TO = 7
DRAWS = 10_000
_TIES = 1e-9

Ranks = NDArray[np.float64]


def relate_shape(by_arm: Mapping[str, Sequence[RunOutcome]]) -> list[ShapeRelation]:
    """Return how each measure of the last prompt goes with accuracy, before any correction.

    A measure is left out where fewer than five seeds have it in every arm, or it is all the same.
    """
    found = [_relation(by_arm, measure) for measure in SHAPES]
    return [relation for relation in found if relation is not None]


def correct(relations: Sequence[Sequence[ShapeRelation]]) -> list[tuple[ShapeRelation, ...]]:
    """Return the relations of every task with Holm's correction over all of them.

    Those with so few seeds that they could not be significant are not tested.
    """
    found = [each for group in relations for each in group]
    arms = max((each.runs // each.seeds for each in found), default=1)
    least = fewest_to_test([each.seeds for each in found], partial(smallest_order_p, arms=arms))
    tested = [each.p_uncorrected if each.seeds >= least else None for each in found]
    corrected = iter(
        replace(each, p=p, p_uncorrected=raw)
        for each, p, raw in zip(found, holm(tested), tested, strict=True)
    )
    return [tuple(islice(corrected, len(group))) for group in relations]


def smallest_order_p(seeds: int, arms: int) -> float:
    """Return the least p that so many seeds can give.

    The order seen reaches what was seen, and in one arm its reverse does too; several arms are
    seldom all reversed by one order.
    """
    if seeds > EXACT_UP_TO:
        return 1 / (DRAWS + 1)
    return (2 if arms == 1 else 1) / math.factorial(seeds)


def _relation(by_arm: Mapping[str, Sequence[RunOutcome]], measure: str) -> ShapeRelation | None:
    tables = [
        {
            run.seed: (run.structure[measure], run.accuracy)
            for run in runs
            if measure in run.structure and run.accuracy is not None
        }
        for runs in by_arm.values()
        if runs
    ]
    seeds = sorted(set.intersection(*(set(table) for table in tables))) if tables else []
    if len(seeds) < FEWEST_SEEDS:
        return None
    shape, accuracy = (
        np.stack([_centred_ranks([table[seed][at] for seed in seeds]) for table in tables])
        for at in (0, 1)
    )
    scale = math.sqrt(float(np.sum(shape**2)) * float(np.sum(accuracy**2)))
    if scale == 0:
        return None
    rho = float(np.sum(shape * accuracy)) / scale
    p = _seed_permutation_p(shape, accuracy)
    return ShapeRelation(measure, len(tables) * len(seeds), len(seeds), rho, p, p)


def _centred_ranks(values: Sequence[float]) -> Ranks:
    """Ranks minus their mean; equal values share the mean of theirs."""
    array = np.asarray(values, dtype=np.float64)
    _, place, counts = np.unique(array, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Ranks = (last - (counts - 1) / 2)[place]
    return ranks - (len(array) + 1) / 2


def _seed_permutation_p(shape: Ranks, accuracy: Ranks) -> float:
    """The share of orders of the seeds, the same in every arm, that give as large a correlation.

    Runs of one seed start from the same prompt in every arm, so they are no independent runs.
    """
    products = shape.T @ accuracy
    seeds = len(products)
    seen = abs(float(np.trace(products))) - _TIES * float(np.abs(products).sum())
    if seeds <= EXACT_UP_TO:
        orders = np.array(list(permutations(range(seeds))))
        return float(np.mean(_reached(products, orders, seen)))
    rng = np.random.default_rng(0)
    orders = rng.permuted(np.tile(np.arange(seeds), (DRAWS, 1)), axis=1)
    return (int(np.sum(_reached(products, orders, seen))) + 1) / (DRAWS + 1)


def _reached(products: Ranks, orders: NDArray[np.int64], seen: float) -> NDArray[np.bool_]:
    sums = products[np.arange(len(products)), orders].sum(axis=1)
    reached: NDArray[np.bool_] = np.abs(sums) >= seen
    return reached
