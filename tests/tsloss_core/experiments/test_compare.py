"""One comparison out of all runs: findings, words, failures, censoring."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.tsloss_core.experiments.runs import ARMS, experiment, outcomes
from tsloss_core.experiments import Evaluated, compare_runs
from tsloss_core.experiments.report import Difference, Results

UNTIL = {"evaluation": {"stop_at_accuracy": 1.0}}


def _difference(results: Results, metric: str = "accuracy") -> Difference:
    return next(each for each in results.tasks[0].differences if each.metric == metric)


def _accuracies(better: float, noise: float = 0.01) -> Any:
    rng = np.random.default_rng(0)

    def figures(arm: str, seed: int) -> dict[str, Any]:
        shift = better if arm == "tsloss" else 0.0
        return {"accuracy": 0.5 + shift + noise * rng.standard_normal()}

    return figures


class TestFindings:
    def test_a_clear_difference_is_found(self) -> None:
        spec = experiment()
        difference = _difference(compare_runs(spec, outcomes(spec, _accuracies(0.1))))
        assert difference.finding == "better"
        assert difference.p == pytest.approx(2 / 1024)
        assert difference.verdict.startswith("tsloss beats none on intents with tiny in accuracy: ")

    def test_so_is_one_for_the_worse(self) -> None:
        spec = experiment()
        difference = _difference(compare_runs(spec, outcomes(spec, _accuracies(-0.1))))
        assert difference.finding == "worse"
        assert "tsloss is worse than none" in difference.verdict

    def test_less_loss_and_fewer_iterations_are_better(self) -> None:
        spec = experiment(soft_prompt=UNTIL)
        runs = outcomes(
            spec,
            lambda arm, seed: {
                "loss": (0.5 if arm == "tsloss" else 1.0) + 0.01 * (seed % 3),
                "converged_at": 20 + seed % 3 if arm == "tsloss" else 40,
            },
        )
        results = compare_runs(spec, runs)
        for metric in ("loss", "iterations"):
            assert _difference(results, metric).finding == "better"

    def test_noise_is_no_difference_and_the_words_say_what_could_be_seen(self) -> None:
        spec = experiment()
        difference = _difference(compare_runs(spec, outcomes(spec, _accuracies(0.0, 0.05))))
        assert difference.finding == "no_difference_shown"
        assert difference.detectable is not None
        assert "tsloss does not beat none" in difference.verdict
        points = f"{100 * difference.detectable:.1f} points"
        assert difference.verdict.endswith(f"the design could detect {points}.")

    def test_too_few_seeds_are_told(self) -> None:
        spec = experiment(range(4))
        difference = _difference(compare_runs(spec, outcomes(spec, _accuracies(0.3))))
        assert difference.finding == "no_difference_shown"
        assert difference.detectable is None
        assert "so few pairs cannot make" in difference.verdict

    def test_one_seed_compares_nothing(self) -> None:
        spec = experiment([7])
        difference = _difference(compare_runs(spec, outcomes(spec, _accuracies(0.3))))
        assert (difference.finding, difference.p) == ("too_few_pairs", None)
        assert difference.verdict.endswith("1 pair.")

    def test_arms_that_agree_in_every_run_do_not_differ(self) -> None:
        spec = experiment()
        difference = _difference(compare_runs(spec, outcomes(spec, lambda *_: {})))
        assert (difference.finding, difference.p, difference.t_p) == (
            "no_difference_shown",
            1,
            None,
        )
        assert "difference 0.0 points" in difference.verdict
        assert difference.verdict.endswith(
            "10 pairs, 10 of them without a difference; every pair has the same difference."
        )

    def test_ties_are_told_and_do_not_hide_what_the_design_could_detect(self) -> None:
        spec = experiment()
        gains = {0: 0.1, 1: 0.05, 2: 0.15}
        runs = outcomes(
            spec,
            lambda arm, seed: {"accuracy": 0.5 + (arm == "tsloss") * gains.get(seed, 0.0)},
        )
        difference = _difference(compare_runs(spec, runs))
        assert difference.tied_pairs == 7
        assert "10 pairs, 7 of them without a difference; the design could" in difference.verdict
        assert difference.verdict.endswith(" points if no pair were without one.")

    def test_more_comparisons_make_each_harder(self) -> None:
        many = [ARMS[0], *({**ARMS[1], "name": f"tsloss-{i}"} for i in range(30))]
        spec = experiment(arms=many)
        results = compare_runs(
            spec, outcomes(spec, lambda arm, seed: {"accuracy": 0.5 if arm == "none" else 0.6})
        )
        assert results.families[0].tests == 30
        assert results.families[0].smallest_p == pytest.approx(30 * 2 / 1024)
        assert {each.finding for each in results.tasks[0].differences} == {"no_difference_shown"}

    def test_tasks_and_models_are_compared_apart_and_corrected_together(self) -> None:
        tasks = [{"name": name, "training_file": f"file-{name}"} for name in ("a", "b")]
        spec = experiment(tasks=tasks, models=["tiny", "other"])
        results = compare_runs(spec, outcomes(spec, _accuracies(0.1)))
        places = [(each.model, each.task) for each in results.tasks]
        assert places == [("tiny", "a"), ("tiny", "b"), ("other", "a"), ("other", "b")]
        assert results.families[0].tests == 4
        assert len(results.verdicts()) == 4


class TestCalibration:
    def test_where_nothing_differs_at_most_one_experiment_in_twenty_finds_something(self) -> None:
        arms = [ARMS[0], *({**ARMS[1], "name": f"tsloss-{i}"} for i in range(3))]
        spec = experiment(arms=arms)
        rng = np.random.default_rng(1)
        # Rows of 40 answers: a discrete accuracy with many ties, as in a real experiment, and a
        # part that the arms of a seed share.
        experiments, alarms = 400, 0
        for _ in range(experiments):
            luck = rng.normal(0, 0.1, 10)
            runs = outcomes(
                spec,
                lambda arm, seed, luck=luck: {  # type: ignore[misc]
                    "accuracy": rng.binomial(40, np.clip(0.6 + luck[seed], 0, 1)) / 40
                },
            )
            found = compare_runs(spec, runs).tasks[0].differences
            alarms += any(
                each.finding in ("better", "worse") for each in found if each.metric == "accuracy"
            )
        # 0.05 and three standard errors; the test is no use if it never finds anything.
        assert 0 < alarms / experiments < 0.05 + 3 * (0.05 * 0.95 / experiments) ** 0.5


class TestMissingRuns:
    def test_failed_and_unfinished_runs_are_named_and_their_pairs_left_out(self) -> None:
        spec = experiment()
        runs = outcomes(spec, _accuracies(0.1))
        lost = {"accuracy": None, "loss": None, "steps": None}
        runs[3] = replace(runs[3], status="failed", error="diverged: loss 1e9", **lost)
        runs[8] = replace(runs[8], status="queued", **lost)
        del runs[-1]
        results = compare_runs(spec, runs)
        named = [(run.arm, run.seed, run.status, run.error) for run in results.missing_runs]
        assert named == [
            ("tsloss", 1, "failed", "diverged: loss 1e9"),
            ("none", 4, "queued", None),
            ("tsloss", 9, "missing", None),
        ]
        assert (results.planned_runs, results.succeeded_runs) == (20, 17)
        difference = _difference(results)
        assert (difference.pairs, difference.incomplete_seeds) == (7, (1, 4, 9))
        assert [arm.runs for arm in results.tasks[0].arms] == [9, 8]

    def test_an_experiment_without_any_result_has_a_report(self) -> None:
        spec = experiment()
        results = compare_runs(spec, [])
        assert len(results.missing_runs) == 20
        assert _difference(results).finding == "too_few_pairs"
        assert results.tasks[0].arms[0].accuracy is None


class TestSummaries:
    def test_censored_runs_count_with_their_limit(self) -> None:
        spec = experiment(range(4), soft_prompt=UNTIL)
        reached = {"none": [None, None, 50, 60], "tsloss": [20, 30, 40, None]}
        runs = outcomes(spec, lambda arm, seed: {"converged_at": reached[arm][seed]})
        results = compare_runs(spec, runs)
        none, tsloss = (arm.convergence for arm in results.tasks[0].arms)
        assert none is not None
        assert tsloss is not None
        assert (none.converged, none.median) == (2, None)
        assert none.mean_up_to_limit.mean == (60 + 60 + 50 + 60) / 4
        assert (tsloss.converged, tsloss.median) == (3, 35)
        assert _difference(results, "iterations").censored_pairs == 3
        assert any("did not converge" in note for note in results.notes)

    def test_iterations_that_nobody_measured_are_not_reported(self) -> None:
        spec = experiment()
        results = compare_runs(spec, outcomes(spec, lambda *_: {}))
        assert results.tasks[0].arms[0].convergence is None
        assert {each.metric for each in results.tasks[0].differences} == {"accuracy", "loss"}

    def test_overhead_is_paired_by_seed(self) -> None:
        spec = experiment(range(3))
        runs = outcomes(
            spec,
            lambda arm, seed: {"step_seconds": (seed + 1) * (1.1 if arm == "tsloss" else 1.0)},
        )
        none, tsloss = compare_runs(spec, runs).tasks[0].arms
        assert none.overhead == pytest.approx(0)
        assert tsloss.overhead == pytest.approx(0.1)
        assert none.steps_per_second == pytest.approx(0.5)

    def test_runs_that_shared_their_steps_have_no_overhead_of_their_own(self) -> None:
        spec = experiment([0, 1])
        runs = outcomes(spec, lambda *_: {"side_by_side": 4})
        arms = compare_runs(spec, runs).tasks[0].arms
        assert [(arm.side_by_side, arm.overhead) for arm in arms] == [(4, None), (4, None)]

    def test_a_run_that_converged_counts_on_in_the_learning_curve(self) -> None:
        spec = experiment([0, 1])

        def graded(arm: str, seed: int) -> dict[str, Any]:
            points = [Evaluated(10, 0.5, 1.0), Evaluated(20, 0.7, 0.5)]
            if seed == 0:
                return {"curve": (Evaluated(10, 1.0, 0.1),), "converged_at": 10}
            return {"curve": tuple(points)}

        curve = compare_runs(spec, outcomes(spec, graded)).tasks[0].curves[0]
        assert [(point.step, point.accuracy.n) for point in curve.points] == [(10, 2), (20, 2)]
        assert curve.points[1].accuracy.mean == pytest.approx(0.85)

    def test_a_learning_curve_stops_where_not_every_run_was_graded(self) -> None:
        spec = experiment(range(3))
        # The first converges between two gradings, the second later, the third never.
        graded = {
            0: ((0, 0.2), (12, 0.5), (14, 0.9)),
            1: ((0, 0.4), (12, 0.4), (24, 0.6), (30, 0.9)),
            2: ((0, 0.3), (12, 0.3), (24, 0.3), (36, 0.3)),
        }
        runs = outcomes(
            spec,
            lambda _, seed: {
                "curve": tuple(Evaluated(step, accuracy, 1.0) for step, accuracy in graded[seed]),
                "converged_at": {0: 14, 1: 30}.get(seed),
            },
        )
        points = compare_runs(spec, runs).tasks[0].curves[0].points
        assert [(p.step, p.accuracy.n, round(p.accuracy.mean, 6)) for p in points] == [
            (0, 3, 0.3),
            (12, 3, 0.4),
            (24, 3, 0.6),
            (36, 3, 0.7),
        ]

    def test_structure_is_averaged(self) -> None:
        spec = experiment(range(2))
        runs = outcomes(spec, lambda _, seed: {"structure": {"h1.count": seed + 1.0}})
        results = compare_runs(spec, runs)
        arm = results.tasks[0].arms[0]
        assert (arm.analysed, arm.structure["h1.count"].mean) == (2, 1.5)
        assert results.analysed_runs == 4

    def test_a_measure_is_averaged_over_the_runs_that_have_it(self) -> None:
        spec = experiment(range(3))
        measures = {0: {"h1.count": 1.0, "h1.mean_lifetime": 0.2}}
        runs = outcomes(spec, lambda _, seed: {"structure": measures.get(seed, {"h1.count": 0.0})})
        arm = compare_runs(spec, runs).tasks[0].arms[0]
        assert (arm.structure["h1.count"].n, arm.structure["h1.mean_lifetime"].n) == (3, 1)

    def test_accuracy_before_tuning_stands_beside_the_one_after(self) -> None:
        spec = experiment(range(3))
        runs = outcomes(
            spec,
            lambda _, seed: {
                "untuned_accuracy": 0.1,
                "curve": (Evaluated(0, 0.2 + seed / 10, 2.0), Evaluated(60, 0.5, 1.0)),
            },
        )
        task = compare_runs(spec, runs).tasks[0]
        assert task.untuned_accuracy == 0.1
        first, gain = task.arms[1].first_accuracy, task.arms[1].gain
        assert first is not None
        assert gain is not None
        assert (first.mean, gain.mean) == (pytest.approx(0.3), pytest.approx(0.2))
