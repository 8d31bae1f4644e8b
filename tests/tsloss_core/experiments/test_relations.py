"""The shape of last prompts against accuracy, over independent runs."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tests.tsloss_core.experiments.runs import experiment, outcomes
from tsloss_core.experiments import RunOutcome, compare_runs
from tsloss_core.experiments.relations import SHAPES, correct, relate_shape
from tsloss_core.experiments.report import ShapeRelation


def _by_arm(shape: np.ndarray, accuracy: np.ndarray) -> dict[str, list[RunOutcome]]:
    """Runs of arms x seeds."""
    return {
        f"arm-{arm}": [
            RunOutcome(
                "tiny", "intents", f"arm-{arm}", seed, "succeeded",
                accuracy=float(accuracy[arm, seed]),
                structure={"h0.mean_lifetime": float(shape[arm, seed])},
            )
            for seed in range(shape.shape[1])
        ]
        for arm in range(len(shape))
    }  # fmt: skip


def _normal(seed: int, arms: int, seeds: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(arms, seeds))


class TestRelateShape:
    def test_one_arm_gives_spearmans_rho(self) -> None:
        shape, accuracy = _normal(0, 1, 9), _normal(1, 1, 9).round()
        (relation,) = relate_shape(_by_arm(shape, accuracy))
        theirs = stats.spearmanr(shape[0], accuracy[0])
        assert relation.rho == pytest.approx(theirs.statistic)

    def test_few_seeds_are_tried_in_every_order(self) -> None:
        shape, accuracy = _normal(0, 1, 6), _normal(1, 1, 6)
        (relation,) = relate_shape(_by_arm(shape, accuracy))

        def rho(order: np.ndarray) -> float:
            return float(stats.spearmanr(order, accuracy[0]).statistic)

        theirs = stats.permutation_test(
            (shape[0],), rho, permutation_type="pairings", n_resamples=np.inf
        )
        assert relation.p == pytest.approx(theirs.pvalue)

    def test_what_differs_between_arms_alone_is_no_relation(self) -> None:
        """The regulariser changes shape and accuracy; within an arm they are independent."""
        steps = 10.0 * np.arange(4)[:, None]
        (relation,) = relate_shape(_by_arm(_normal(0, 4, 10) + steps, _normal(1, 4, 10) + steps))
        assert abs(relation.rho) < 0.4
        assert relation.p > 0.05

    def test_a_relation_in_every_arm_is_found(self) -> None:
        shape = _normal(0, 4, 10)
        (relation,) = relate_shape(_by_arm(shape, -shape + 0.3 * _normal(1, 4, 10)))
        assert relation.rho < -0.8
        assert relation.p < 0.001
        assert (relation.runs, relation.seeds) == (40, 10)

    def test_arms_that_repeat_a_seed_are_no_further_evidence(self) -> None:
        """Eight copies of one arm say what one says: p does not fall with the number of arms."""
        shape, accuracy = _normal(0, 1, 9), _normal(3, 1, 9)
        (alone,) = relate_shape(_by_arm(shape, accuracy))
        (copied,) = relate_shape(_by_arm(shape.repeat(8, axis=0), accuracy.repeat(8, axis=0)))
        assert copied.p == pytest.approx(alone.p, abs=0.01)

    def test_without_a_relation_five_of_a_hundred_are_found(self) -> None:
        found = [
            relate_shape(_by_arm(_normal(2 * i, 3, 7), _normal(2 * i + 1, 3, 7)))[0].p <= 0.05
            for i in range(200)
        ]
        assert 0.01 <= np.mean(found) <= 0.10

    def test_a_seed_that_lacks_a_run_is_left_out(self) -> None:
        by_arm = _by_arm(_normal(0, 2, 8), _normal(1, 2, 8))
        del by_arm["arm-1"][3]
        (relation,) = relate_shape(by_arm)
        assert (relation.runs, relation.seeds) == (14, 7)

    def test_a_run_without_accuracy_is_left_out(self) -> None:
        by_arm = _by_arm(_normal(0, 2, 8), _normal(1, 2, 8))
        by_arm["arm-1"][3] = replace(by_arm["arm-1"][3], accuracy=None)
        (relation,) = relate_shape(by_arm)
        assert (relation.runs, relation.seeds) == (14, 7)

    @pytest.mark.parametrize("seeds", [1, 4])
    def test_too_few_seeds_say_nothing(self, seeds: int) -> None:
        assert relate_shape(_by_arm(_normal(0, 2, seeds), _normal(1, 2, seeds))) == []

    def test_what_is_all_the_same_says_nothing(self) -> None:
        assert relate_shape(_by_arm(np.ones((2, 8)), _normal(1, 2, 8))) == []


class TestCorrect:
    def test_holm_is_over_the_measures_of_all_tasks(self) -> None:
        groups = [[ShapeRelation("h0.mean_lifetime", 7, 7, 0.9, p, p)] for p in (0.01, 0.03, 0.5)]
        assert [group[0].p for group in correct(groups)] == pytest.approx([0.03, 0.06, 0.5])

    def test_so_few_seeds_that_none_could_be_significant_are_not_tested(self) -> None:
        """Four times 2 / 5! is above 0.05; six seeds can reach it, and then five cost nothing."""
        five = ShapeRelation("h0.mean_lifetime", 5, 5, 1.0, 2 / 120, 2 / 120)
        six = ShapeRelation("h0.mean_lifetime", 6, 6, 1.0, 2 / 720, 2 / 720)
        (few,) = correct([[five] * 4])
        assert [(each.p, each.p_uncorrected) for each in few] == [(None, None)] * 4
        more, fewer = correct([[six] * 2, [five] * 4])
        assert [each.p for each in more] == pytest.approx([4 / 720] * 2)
        assert [each.p for each in fewer] == [None] * 4

    def test_several_arms_that_rank_the_seeds_differently_reach_half_that_p(self) -> None:
        """No order reverses both arms, so that five seeds are enough for five measures."""
        orders = np.array([[0.0, 1, 2, 3, 4], [2.0, 0, 4, 1, 3]])
        by_arm = {
            arm: [replace(run, structure=dict.fromkeys(SHAPES, run.accuracy)) for run in runs]
            for arm, runs in _by_arm(orders, orders).items()
        }
        (found,) = correct([relate_shape(by_arm)])
        assert [each.p for each in found] == pytest.approx([5 / 120] * 5)

    def test_three_tests_of_five_seeds_are_made(self) -> None:
        five = ShapeRelation("h0.mean_lifetime", 5, 5, 1.0, 2 / 120, 2 / 120)
        (found,) = correct([[five] * 3])
        assert [each.p for each in found] == pytest.approx([0.05] * 3)


class TestWords:
    def test_a_report_says_what_goes_with_accuracy(self) -> None:
        spec = experiment()

        def figures(arm: str, seed: int) -> dict[str, object]:
            return {"accuracy": seed / 10, "structure": {"h1.count": float(-seed)}}

        (task,) = compare_runs(spec, outcomes(spec, figures)).tasks
        (relation,) = task.relations
        assert (relation.measure, relation.runs) == ("h1.count", 20)
        assert relation.rho == pytest.approx(-1)
