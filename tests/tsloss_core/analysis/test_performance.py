"""Structure against performance: what is only drift does not survive, what is more does."""

import numpy as np
import pytest

from tests.tsloss_core.analysis.clouds import analyses_of, drifting, of_sizes
from tsloss_core.analysis import CloudAnalysis, Performance, PointCloud, performance_of, relate
from tsloss_core.analysis.performance import has_null, measure_series, survives

NAME = "full_valid_accuracy"
SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
LINE = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])


def _relations(
    sizes: np.ndarray, scores: np.ndarray, nulls: int = 0
) -> dict[str, dict[str, object]]:
    analyses = analyses_of(of_sizes(sizes))
    rng = np.random.default_rng(9)
    drifts = [np.linspace(1, 2, len(sizes)) + 0.02 * rng.normal(size=len(sizes))
              for _ in range(nulls)]  # fmt: skip
    controls = [measure_series(analyses_of(of_sizes(drift))) for drift in drifts]
    values = dict(zip([a.step for a in analyses], scores.tolist(), strict=True))
    found = relate(analyses, Performance(NAME, values), controls)
    return {relation["measure"]: relation for relation in found}


class TestPerformanceOf:
    def _found(self, graded: int, trained: int) -> Performance | None:
        snapshots: dict[int, dict[str, float]] = {step: {} for step in range(9)}
        for step in range(graded):
            snapshots[step][NAME] = 0.5
        for step in range(trained):
            snapshots[step]["train_loss"] = 1.0 + step
        return performance_of(snapshots)

    def test_the_accuracy_where_six_snapshots_have_one(self) -> None:
        assert self._found(6, 9) == Performance(NAME, dict.fromkeys(range(6), 0.5))

    def test_else_the_training_loss(self) -> None:
        losses = {step: 1.0 + step for step in range(9)}
        assert self._found(5, 9) == Performance("train_loss", losses)

    def test_nothing_where_fewer_have_either(self) -> None:
        assert self._found(5, 5) is None


class TestRelate:
    RNG = np.random.default_rng(1)
    STEADY = np.linspace(0, 1, 40)
    WIGGLE = RNG.normal(size=40)

    def test_two_drifts_do_not_survive(self) -> None:
        noise = 0.05 * np.random.default_rng(2).normal(size=40)
        found = _relations(1 + self.STEADY + noise, self.STEADY + 0.05 * self.WIGGLE, nulls=19)
        relation = found["h0.mean_lifetime"]
        assert relation["rho"] > 0.9
        assert relation["null"]["rho"]["median"] > 0.9
        assert not relation["survives"]

    def test_a_relation_beyond_the_step_survives(self) -> None:
        scores = self.STEADY + 0.3 * self.WIGGLE
        found = _relations(1 + self.STEADY + 0.3 * (self.WIGGLE + 3), scores, nulls=19)
        relation = found["h0.mean_lifetime"]
        assert relation["partial_rho"] > 0.9
        assert relation["null"]["p_value"] == pytest.approx(0.05)
        assert relation["survives"]

    def test_nulls_that_reach_as_far_end_it(self) -> None:
        scores = self.STEADY + 0.3 * self.WIGGLE
        sizes = 1 + self.STEADY + 0.3 * (self.WIGGLE + 3)
        analyses = analyses_of(of_sizes(sizes))
        values = dict(zip([a.step for a in analyses], scores.tolist(), strict=True))
        found = relate(analyses, Performance(NAME, values), [measure_series(analyses)] * 19)
        assert {r["null"]["p_value"] for r in found} == {1.0}
        assert not any(r["survives"] for r in found)

    def test_a_measure_that_does_not_vary_is_left_out(self) -> None:
        assert "h0.count" not in _relations(1 + self.STEADY, self.WIGGLE)

    def test_only_graded_snapshots_count(self) -> None:
        analyses = analyses_of(drifting(10))
        scores = {a.step: float(i % 3) for i, a in enumerate(analyses) if i != 4}
        assert {r["snapshots"] for r in relate(analyses, Performance(NAME, scores))} == {9}

    def test_five_graded_snapshots_are_too_few(self) -> None:
        analyses = analyses_of(drifting(5))
        assert relate(analyses, Performance(NAME, {a.step: a.step / 9 for a in analyses})) == []

    def test_a_constant_performance_relates_to_nothing(self) -> None:
        assert _relations(1 + self.STEADY, np.ones(40)) == {}

    def test_the_groups_are_split_at_the_median(self) -> None:
        groups = _relations(1 + self.STEADY, self.STEADY)["h0.mean_lifetime"]["mann_whitney"]
        assert (groups["above_median"], groups["others"], groups["rank_biserial"]) == (20, 20, 1.0)


class TestSurvives:
    @staticmethod
    def _relation(partial_p: float, null_p: float | None, low: float = 0.1) -> dict[str, object]:
        interval = {"low": low, "high": 0.9}
        null = {"with_measure": 19, "compared": 19, "p_value": null_p} if null_p else None
        return {"partial_interval": interval, "partial_p_value": partial_p, "null": null}

    def test_without_a_null_the_interval_alone_is_not_enough(self) -> None:
        assert not survives(self._relation(0.2, None))
        assert survives(self._relation(0.05, None))

    def test_with_a_null_its_p_decides(self) -> None:
        assert survives(self._relation(0.2, 0.05))
        assert not survives(self._relation(0.01, 0.1))

    def test_an_interval_with_zero_ends_it(self) -> None:
        assert not survives(self._relation(0.01, 0.05, low=-0.1))


class TestMeasureSeries:
    def test_a_snapshot_that_lacks_a_measure_has_nan(self) -> None:
        found = measure_series(analyses_of([PointCloud(0, SQUARE), PointCloud(1, LINE)]))
        np.testing.assert_allclose(found["h1.mean_lifetime"], [2**0.5 - 1, np.nan])
        assert found["h1.count"].tolist() == [1, 0]


class TestMeasuresThatAreMissing:
    """Loops of varying size, at some snapshots of the run or of its nulls replaced by a line."""

    SIZES = 1 + np.random.default_rng(4).uniform(size=20)

    def _loops(self, seed: int | None = None, lines: int = 0) -> list[CloudAnalysis]:
        sizes = self.SIZES if seed is None else np.random.default_rng(seed).uniform(1, 2, size=20)
        shapes = [LINE] * lines + [SQUARE] * (20 - lines)
        clouds = [PointCloud(10 * i, sizes[i] * shape) for i, shape in enumerate(shapes)]
        return analyses_of(clouds)

    def _lifetime(
        self, run: list[CloudAnalysis], nulls: list[list[CloudAnalysis]]
    ) -> dict[str, object] | None:
        scores = {a.step: float(size) for a, size in zip(run, self.SIZES, strict=True)}
        found = relate(run, Performance(NAME, scores), [*map(measure_series, nulls)])
        return next((r for r in found if r["measure"] == "h1.mean_lifetime"), None)

    def test_snapshots_that_have_it_are_used_and_counted(self) -> None:
        found = self._lifetime(self._loops(lines=3), [])
        assert found is not None
        assert (found["snapshots"], found["graded_snapshots"]) == (17, 20)
        assert found["rho"] == pytest.approx(1)

    def test_five_snapshots_that_have_it_are_too_few(self) -> None:
        assert self._lifetime(self._loops(lines=15), []) is None

    def test_nulls_that_lack_it_are_left_out(self) -> None:
        nulls = [self._loops(seed) for seed in range(100, 119)] + [self._loops(lines=20)] * 3
        found = self._lifetime(self._loops(), nulls)
        assert found is not None
        assert (found["null"]["trajectories"], found["null"]["with_measure"]) == (22, 19)
        assert found["null"]["p_value"] == pytest.approx(1 / 20)
        assert has_null(found)

    def test_fewer_than_nineteen_that_have_it_are_no_control(self) -> None:
        nulls = [self._loops(seed) for seed in range(100, 118)] + [self._loops(lines=20)]
        found = self._lifetime(self._loops(), nulls)
        assert found is not None
        assert found["null"]["with_measure"] == 18
        assert not has_null(found)
        assert found["survives"] == (found["partial_p_value"] <= 0.05)

    def test_a_null_that_has_it_at_some_snapshots_is_compared_there(self) -> None:
        found = self._lifetime(self._loops(), [self._loops(lines=10)] * 19)
        assert found is not None
        assert found["null"]["with_measure"] == 19
        assert found["null"]["p_value"] == 1

    def test_nulls_that_all_lack_it_are_no_comparison(self) -> None:
        found = self._lifetime(self._loops(), [self._loops(lines=20)] * 19)
        assert found is not None
        assert found["null"]["with_measure"] == 0
        assert found["null"]["p_value"] is None
        assert not has_null(found)


class TestMeasuresThatAreTheStep:
    """A measure that rises at every snapshot has the ranks of the step: no partial rho."""

    RISING = np.linspace(1, 2, 20)
    NOISY = 1 + np.random.default_rng(6).uniform(size=(20, 20))

    def _norm(self, run: np.ndarray, nulls: list[np.ndarray]) -> dict[str, object]:
        """The relation of the mean norm to a score that goes with the run's noisy sizes."""
        analyses = analyses_of(of_sizes(run))
        scores = {a.step: float(size) for a, size in zip(analyses, self.NOISY[0], strict=True)}
        controls = [measure_series(analyses_of(of_sizes(null))) for null in nulls]
        found = relate(analyses, Performance(NAME, scores), controls)
        return next(r for r in found if r["measure"] == "geometry.mean_norm")

    def test_a_run_that_only_rises_was_compared_all_the_same(self) -> None:
        found = self._norm(self.RISING, [*self.NOISY[1:]])
        assert found["partial_rho"] is None
        assert (found["null"]["compared"], found["null"]["p_value"]) == (19, None)
        assert has_null(found)
        assert not found["survives"]

    def test_nulls_that_only_rise_are_no_comparison(self) -> None:
        found = self._norm(self.NOISY[0], [self.RISING] * 19)
        assert (found["null"]["with_measure"], found["null"]["compared"]) == (19, 0)
        assert (found["null"]["reaching"], found["null"]["p_value"]) == (None, None)
        assert not has_null(found)

    def test_some_nulls_that_only_rise_count_as_not_reaching(self) -> None:
        found = self._norm(self.NOISY[0], [self.RISING] * 3 + [*self.NOISY[1:17]])
        assert (found["null"]["trajectories"], found["null"]["compared"]) == (19, 16)
        assert (found["null"]["reaching"], found["null"]["p_value"]) == (0, 1 / 20)
