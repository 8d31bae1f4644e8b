"""Relations over runs: what holds, and which runs can be compared at all."""

from dataclasses import replace

import numpy as np
import pytest

from tests.tsloss_core.analysis.runs import ACCURACY, LOSS, run_of, runs_of
from tsloss_core.analysis import relate_across_runs
from tsloss_core.analysis.across_runs import of_one_metric
from tsloss_core.measures import MEASURES

WEAK = (0.6, 0.4, 0.8, 0.5)


class TestOfOneMetric:
    def test_the_metric_of_most_runs_is_kept(self) -> None:
        metrics = [LOSS, ACCURACY, ACCURACY, None]
        shared, others = of_one_metric([run_of(0.5, i, m) for i, m in enumerate(metrics)])
        assert [run.seed for run in shared] == [1, 2]
        assert [run.seed for run in others] == [0, 3]

    def test_runs_without_performance_share_nothing(self) -> None:
        shared, others = of_one_metric([run_of(None, i, None) for i in range(3)])
        assert (shared, len(others)) == ([], 3)


class TestRelateAcrossRuns:
    def test_the_run_is_the_unit(self) -> None:
        (found,) = relate_across_runs(runs_of(0.6, 0.5, 0.7, 0.55))
        assert found["runs"] == 4
        assert 0.5 < found["mean_partial_rho"] < 0.7
        assert found["interval"]["low"] > 0
        assert (found["same_sign"], found["survives"]) == (4, True)

    def test_a_loss_is_not_averaged_with_accuracies(self) -> None:
        runs = [*runs_of(0.6, 0.5, 0.7), run_of(-0.6, 3, LOSS)]
        (found,) = relate_across_runs(runs)
        assert found["partial_rhos"] == [0.6, 0.5, 0.7]

    def test_signs_that_differ_do_not_hold(self) -> None:
        (found,) = relate_across_runs(runs_of(0.6, -0.5, 0.3, -0.4))
        assert found["interval"]["low"] < 0 < found["interval"]["high"]
        assert not found["survives"]

    def test_the_interval_and_p_agree(self) -> None:
        rng = np.random.default_rng(3)
        for _ in range(50):
            (found,) = relate_across_runs(runs_of(*np.tanh(rng.normal(0.4, 0.4, 5))))
            low, high = found["interval"]["low"], found["interval"]["high"]
            assert (low <= 0 <= high) == (not found["survives"])

    @pytest.mark.parametrize("rhos", [(0.6, 0.5), (0.6, 0.5, None)])
    def test_two_runs_are_too_few(self, rhos: tuple[float | None, ...]) -> None:
        assert relate_across_runs(runs_of(*rhos)) == []

    @pytest.mark.parametrize("last", [0.5, 0.5 + 1e-15])
    def test_runs_that_do_not_differ_cannot_be_tested(self, last: float) -> None:
        (found,) = relate_across_runs(runs_of(0.5, 0.5, last))
        assert found["mean_partial_rho"] == pytest.approx(0.5)
        assert (found["interval"], found["p_value"], found["adjusted_p_value"]) == (None,) * 3
        assert not found["survives"]

    def test_a_measure_that_cannot_be_tested_is_not_corrected_for(self) -> None:
        def relations(rho: float) -> list[dict[str, object]]:
            return [
                {"measure": "h0.count", "partial_rho": 0.5, "null": None},
                {"measure": "h1.count", "partial_rho": rho, "null": None},
            ]

        runs = [replace(run_of(0.0, i), relations=relations(rho)) for i, rho in enumerate(WEAK)]
        same, tested = relate_across_runs(runs)
        assert same["adjusted_p_value"] is None
        assert tested["adjusted_p_value"] == tested["p_value"]

    def test_what_null_trajectories_reach_too_does_not_hold(self) -> None:
        rhos, nulls = (0.6, 0.5, 0.7, 0.55), (0.55, 0.6, 0.65, 0.5)
        runs = [
            run_of(r, seed, null=n) for seed, (r, n) in enumerate(zip(rhos, nulls, strict=True))
        ]
        (found,) = relate_across_runs(runs)
        assert found["mean_partial_rho"] > 0.5
        assert abs(found["beyond_null"]) < 0.1
        assert found["null_partial_rhos"] == list(nulls)
        assert not found["survives"]

    def test_the_null_is_taken_off_on_fishers_scale(self) -> None:
        (found,) = relate_across_runs([run_of(0.9, seed, null=0.5) for seed in range(3)])
        assert found["beyond_null"] == pytest.approx(np.tanh(np.arctanh(0.9) - np.arctanh(0.5)))

    def test_runs_without_a_null_are_counted(self) -> None:
        (found,) = relate_across_runs([*runs_of(0.5, 0.6), run_of(0.5, 2, null=0.1)])
        assert found["with_null"] == 1

    def test_many_measures_are_corrected_for(self) -> None:
        def relations(rho: float) -> list[dict[str, object]]:
            names = [*MEASURES][:8]
            return [{"measure": n, "partial_rho": rho, "null": None} for n in names]

        runs = [replace(run_of(0.0, i), relations=relations(rho)) for i, rho in enumerate(WEAK)]
        for found in relate_across_runs(runs):
            assert found["p_value"] < 0.05
            assert found["adjusted_p_value"] == pytest.approx(8 * found["p_value"])
            assert not found["survives"]
