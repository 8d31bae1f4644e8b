"""Distances between snapshots, and when a run settles."""

import numpy as np
import pytest

from tests.tsloss_core.analysis.clouds import analyses_of, drifting
from tsloss_core.analysis import PointCloud, analyze_trajectory, evolve
from tsloss_core.analysis.evolution import Settling, count_settled, settle
from tsloss_core.spec import AnalysisSettings
from tsloss_core.topology import bottleneck_distance, wasserstein_distance


def _braking(at: int, count: int = 40) -> list[PointCloud]:
    """Clouds that grow fast up to the snapshot `at` and hardly after it.

    Rates alternate, so that none ties with the change itself: the last fast one is not the least.
    """
    cloud = np.random.default_rng(0).normal(size=(10, 4))
    interval = np.arange(1, count)
    rates = np.where(interval <= at, 0.1, 0.001) * (1 + 0.1 * np.cos(np.pi * (interval - at)))
    sizes = 1 + np.concatenate([[0.0], np.cumsum(rates)])
    return [PointCloud(5 * i, size * cloud) for i, size in enumerate(sizes)]


class TestEvolve:
    def test_distances_are_those_of_the_diagrams(self) -> None:
        analyses = analyses_of(drifting(4))
        found = evolve(analyses)
        for at in range(1, 4):
            for name, start in (("from_previous", at - 1), ("from_first", 0)):
                distances = getattr(found, name)[at]
                for dimension in (0, 1):
                    one, other = (analyses[k].diagrams[dimension] for k in (start, at))
                    kind = f"h{dimension}"
                    assert distances[f"bottleneck_{kind}"] == bottleneck_distance(one, other)
                    assert distances[f"wasserstein_{kind}"] == wasserstein_distance(one, other)

    def test_the_first_snapshot_has_moved_from_nothing(self) -> None:
        found = evolve(analyses_of(drifting(3)))
        assert set(found.from_previous[0].values()) == {None}
        assert set(found.from_first[0].values()) == {None}

    def test_diagrams_infinitely_far_apart_have_no_distance(self) -> None:
        apart = [PointCloud(0, np.eye(3)), PointCloud(1, 9 * np.eye(3))]
        analyses = analyze_trajectory(apart, AnalysisSettings(max_edge_length=2.0))
        assert evolve(analyses).from_previous[1]["bottleneck_h0"] is None

    @pytest.mark.parametrize("at", [15, 20, 25])
    def test_it_says_where_a_planted_brake_is(self, at: int) -> None:
        found = {s.series: s for s in evolve(analyses_of(_braking(at))).settling}
        for series in ("bottleneck_h0", "mean_displacement"):
            assert found[series].settled
            assert found[series].step == 5 * at
            assert found[series].before > 10 * found[series].after

    def test_steady_growth_does_not_settle(self) -> None:
        found = evolve(analyses_of(_braking(40)))
        assert not any(settling.settled for settling in found.settling)

    def test_eight_snapshots_are_too_few(self) -> None:
        assert evolve(analyses_of(drifting(8))).settling == ()

    def test_threads_change_nothing(self) -> None:
        analyses = analyses_of(drifting(9))
        assert evolve(analyses, threads=3) == evolve(analyses)

    def test_progress_is_told_of_every_snapshot(self) -> None:
        told: list[int] = []
        evolve(analyses_of(drifting(4)), told.append)
        assert told == [1, 2, 3, 4]

    @pytest.mark.parametrize("count", [0, 1])
    def test_it_takes_two_to_move(self, count: int) -> None:
        assert evolve(analyses_of(drifting(count))).settling == ()


class TestSettle:
    @pytest.mark.parametrize("threads", [1, 2])
    def test_it_is_what_the_whole_evolution_says(self, threads: int) -> None:
        analyses = analyses_of(_braking(20))
        assert settle(analyses, threads) == evolve(analyses).settling

    @pytest.mark.parametrize("count", [0, 1, 8])
    def test_a_short_run_has_no_change(self, count: int) -> None:
        assert settle(analyses_of(drifting(count))) == ()


class TestCountSettled:
    def test_each_series_is_counted_where_it_was_tested(self) -> None:
        def found(series: str, settled: bool) -> Settling:
            return Settling(series, 10, 0.01, 2.0, 1.0, settled)

        first = [found("bottleneck_h0", True), found("mean_displacement", True)]
        second = [found("mean_displacement", False)]
        assert count_settled([first, second]) == [
            {"series": "bottleneck_h0", "trajectories": 1, "settled": 1},
            {"series": "mean_displacement", "trajectories": 2, "settled": 1},
        ]
