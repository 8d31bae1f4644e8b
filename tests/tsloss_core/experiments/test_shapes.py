"""Paired differences in the shape of the last prompts."""

from typing import Any

import pytest

from tests.tsloss_core.experiments.runs import ARMS, experiment, outcomes
from tsloss_core.experiments import compare_runs, render_markdown
from tsloss_core.experiments.report import ExperimentReport, ShapeDifference
from tsloss_core.spec.experiments import ExperimentSpec


def _shapes(spec: ExperimentSpec, shape: Any) -> tuple[ShapeDifference, ...]:
    runs = outcomes(spec, lambda arm, seed: {"structure": shape(arm, seed)})
    return compare_runs(spec, runs).tasks[0].shapes


def _loops(arm: str, seed: int) -> dict[str, float]:
    return {"h1.count": seed % 3 + (10.0 if arm == "tsloss" else 0.0)}


class TestCompareShapes:
    def test_an_arm_that_makes_loops_has_more_of_them(self) -> None:
        (found,) = _shapes(experiment(), _loops)
        assert (found.measure, found.arm, found.against) == ("h1.count", "tsloss", "none")
        assert (found.interval.mean, found.interval.n) == (10.0, 10)
        assert found.p == pytest.approx(2 / 1024)

    def test_each_measure_is_corrected_over_its_comparisons(self) -> None:
        arms = [ARMS[0], ARMS[1], {**ARMS[1], "name": "other"}]
        found = _shapes(
            experiment(arms=arms),
            lambda arm, seed: _loops(arm, seed) | {"h0.mean_lifetime": float(seed)},
        )
        loops = next(each for each in found if (each.measure, each.arm) == ("h1.count", "tsloss"))
        assert len(found) == 4
        assert loops.p == pytest.approx(2 * loops.p_uncorrected)

    def test_a_seed_counts_where_both_runs_have_the_measure(self) -> None:
        def some(arm: str, seed: int) -> dict[str, float]:
            return {"h1.mean_lifetime": 0.1 * seed} if arm == "none" or seed < 4 else {}

        (found,) = _shapes(experiment(), some)
        assert found.interval.n == 4

    def test_pairs_that_could_not_be_significant_cost_the_others_nothing(self) -> None:
        arms = [ARMS[0], ARMS[1], {**ARMS[1], "name": "other"}]

        def some(arm: str, seed: int) -> dict[str, float]:
            return _loops(arm, seed) if arm != "other" or seed < 4 else {}

        found = {each.arm: each for each in _shapes(experiment(arms=arms), some)}
        assert (found["other"].interval.n, found["other"].p) == (4, None)
        assert found["tsloss"].p == found["tsloss"].p_uncorrected == pytest.approx(2 / 1024)

    def test_one_pair_is_no_comparison(self) -> None:
        assert _shapes(experiment([7]), _loops) == ()


def test_the_report_prints_them() -> None:
    spec = experiment()
    runs = outcomes(spec, lambda arm, seed: {"structure": _loops(arm, seed)})
    report = ExperimentReport("exp-1", "main", "succeeded", 0, spec, (), compare_runs(spec, runs))
    told = "| number of H1 bars | tsloss - none | 10 | +10 | +10..+10 | 0.002 |"
    assert told in render_markdown(report)
