"""The tests of all comparisons of one metric, corrected together."""

from collections.abc import Sequence
from dataclasses import dataclass

from tsloss_core.experiments.detectable import smallest_detectable
from tsloss_core.experiments.paired import SignFlip, paired_t_p, sign_flip
from tsloss_core.experiments.pairing import Pairs
from tsloss_core.experiments.report import Difference, Family, Finding
from tsloss_core.experiments.verdicts import Evidence, word_verdict
from tsloss_core.significance.holm import holm
from tsloss_core.significance.intervals import MeanInterval, mean_interval
from tsloss_core.significance.levels import ERROR_RATE


@dataclass(frozen=True)
class Tested:
    """Pairs with their tests before correction."""

    pairs: Pairs
    interval: MeanInterval | None
    sign_flip: SignFlip | None
    t_p: float | None


@dataclass(frozen=True)
class Corrected:
    """p values after Holm's correction over so many tests.

    `reachable`: a large enough difference would have been significant whatever the others are.
    """

    p: float | None
    t_p: float | None
    tests: int
    reachable: bool


def compare_family(family: Sequence[Pairs]) -> tuple[Family, list[Difference]]:
    """Return what each set of pairs of one metric says, with Holm's correction over all of them.

    At least two pairs are needed for a test. Returns the family, and a difference per set of pairs
    in their order.
    """
    tested = [_tested(pairs) for pairs in family]
    flips = [each.sign_flip for each in tested]
    corrected = holm([None if flip is None else flip.p for flip in flips])
    t_tests = holm([each.t_p for each in tested])
    tests = sum(p is not None for p in corrected)
    least = [1.0 if flip is None else min(1.0, tests * flip.smallest_p) for flip in flips]
    differences = [
        _difference(each, Corrected(p, t_p, tests, smallest <= ERROR_RATE))
        for each, p, t_p, smallest in zip(tested, corrected, t_tests, least, strict=True)
    ]
    return Family(family[0].metric, tests, min(least) if tests else None), differences


def _tested(pairs: Pairs) -> Tested:
    values = pairs.differences
    flip = sign_flip(values) if len(values) >= 2 else None
    return Tested(pairs, mean_interval(values), flip, paired_t_p(values))


def _difference(tested: Tested, corrected: Corrected) -> Difference:
    pairs = tested.pairs
    detectable = None
    if corrected.reachable:
        detectable = smallest_detectable(pairs.differences, ERROR_RATE / corrected.tests)
    finding = _finding(tested, corrected.p)
    evidence = Evidence(
        tested.interval, corrected.p, corrected.tests, detectable, corrected.reachable
    )
    return Difference(
        metric=pairs.metric,
        arm=pairs.comparison.arm,
        against=pairs.comparison.against,
        pairs=len(pairs.differences),
        incomplete_seeds=pairs.incomplete,
        tied_pairs=pairs.tied,
        censored_pairs=pairs.censored,
        interval=tested.interval,
        sign_flip=tested.sign_flip,
        p=corrected.p,
        t_p_uncorrected=tested.t_p,
        t_p=corrected.t_p,
        detectable=detectable,
        finding=finding,
        verdict=word_verdict(pairs, finding, evidence),
    )


def _finding(tested: Tested, p: float | None) -> Finding:
    if p is None or tested.interval is None:
        return "too_few_pairs"
    if p > ERROR_RATE:
        return "no_difference_shown"
    more_is_better = tested.pairs.metric == "accuracy"
    return "better" if (tested.interval.mean > 0) == more_is_better else "worse"
