"""What is said of a relation and of its controls."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from tests.tsloss_core.analysis.clouds import analyses_of, of_sizes
from tsloss_core.analysis import Performance, relate, relation_words, settling_words
from tsloss_core.analysis.evolution import Settling
from tsloss_core.analysis.performance import measure_series

RISING = np.linspace(1, 2, 20)
NOISY = 1 + np.random.default_rng(6).uniform(size=(20, 20))


def _told(run: np.ndarray, nulls: list[np.ndarray], name: str = "full_valid_accuracy") -> str:
    """What is said of clouds of these sizes, where the score goes with noisy ones."""
    analyses = analyses_of(of_sizes(run))
    scores = {a.step: float(size) for a, size in zip(analyses, NOISY[0], strict=True)}
    performance = Performance(name, scores)
    controls = [measure_series(analyses_of(of_sizes(null))) for null in nulls]
    return " ".join(relation_words(relate(analyses, performance, controls), performance))


class TestSettlingWords:
    NULLS: ClassVar = [{"series": "mean_displacement", "trajectories": 19, "settled": 17}]

    def _told(self, settled: bool, nulls: Sequence[Mapping[str, Any]] = NULLS) -> str:
        (told,) = settling_words(
            [Settling("mean_displacement", 40, 0.01, 2.0, 1.0, settled)], nulls
        )
        return told

    def test_a_change_that_chance_makes_is_called_so(self) -> None:
        (told,) = settling_words([Settling("mean_displacement", 40, 0.6, 1.0, 1.1, False)])
        assert told.endswith("p = 0.600 (not told from chance).")

    def test_what_speeds_up_is_told_from_it(self) -> None:
        (told,) = settling_words([Settling("mean_displacement", 40, 0.01, 1.0, 2.0, False)])
        assert told.endswith("p = 0.010 (faster after it).")

    def test_diagrams_that_stay_empty_have_no_change(self) -> None:
        (told,) = settling_words([Settling("bottleneck_h1", 2, 1.0, 0.0, 0.0, False)])
        assert told.endswith("do not settle: they hardly ever move.")

    def test_nulls_that_settle_too_are_counted(self) -> None:
        told = self._told(settled=True)
        assert told.endswith("; 17 of 19 task-free null trajectories settle too.")

    def test_they_are_counted_where_the_run_does_not_settle(self) -> None:
        told = self._told(settled=False)
        assert "do not settle" in told
        assert told.endswith("; 17 of 19 task-free null trajectories settle.")

    def test_without_nulls_nothing_is_said_of_them(self) -> None:
        assert "null" not in self._told(settled=True, nulls=())


class TestRelationWords:
    def test_nulls_that_reach_as_much_are_counted(self) -> None:
        told = _told(NOISY[0], [NOISY[0], *NOISY[1:19]])
        assert "; 1 of 19 reach as large a partial one as the run's, p = 0.100." in told

    def test_none_of_them_is_no_share(self) -> None:
        assert "; 0 of 19 reach as large a partial one" in _told(NOISY[0], [*NOISY[1:]])

    def test_no_control_is_missing_where_the_run_only_rises(self) -> None:
        told = _told(RISING, [*NOISY[1:]])
        assert "Given the step nothing is left of it." in told
        assert "missing" not in told

    def test_nulls_that_only_rise_are_a_missing_control(self) -> None:
        told = _told(NOISY[0], [RISING] * 19)
        assert (
            "19 not reaching it, with nothing left given the step, are too few to compare" in told
        )
        assert "so this control is missing" in told

    def test_some_nulls_that_only_rise_are_counted(self) -> None:
        told = _told(NOISY[0], [RISING] * 3 + [*NOISY[1:17]])
        assert "(3 not reaching it, with nothing left given the step)" in told

    def test_snapshots_are_split_at_the_accuracy(self) -> None:
        told = _told(NOISY[0], [])
        assert "Snapshots above the median accuracy on the validation rows" in told
        assert "the worse ones" not in told

    def test_snapshots_of_a_high_loss_are_called_the_worse(self) -> None:
        told = _told(NOISY[0], [], "train_loss")
        assert "Snapshots above the median training loss against the others" in told
        assert "Snapshots above its median are the worse ones" in told
        assert "that of the rows of one step, the last before it" in told

    def test_how_many_survive_by_chance_is_said_where_nulls_decide(self) -> None:
        assert "would by chance alone." in _told(NOISY[0], [*NOISY[1:]])

    def test_more_than_that_may_where_a_control_is_missing(self) -> None:
        for nulls in ([], [RISING] * 19):
            told = _told(NOISY[0], nulls)
            assert "of them the control by null trajectories is missing" in told
            assert "would by chance alone" not in told
