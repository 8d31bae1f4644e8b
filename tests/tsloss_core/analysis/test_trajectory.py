"""The measures of a run's clouds."""

import json
import math
from collections.abc import Iterator

import numpy as np
import pytest

from tsloss_core.analysis import (
    CloudAnalysis,
    PointCloud,
    analyze_cloud,
    analyze_trajectory,
)
from tsloss_core.spec import AnalysisSettings

SETTINGS = AnalysisSettings()
SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


class TestAnalyzeCloud:
    def test_a_square_has_four_components_and_a_loop(self) -> None:
        found = analyze_cloud(PointCloud(7, SQUARE), SETTINGS)
        assert found.step == 7
        assert (found.measures["h0"]["count"], found.measures["h0"]["essential_count"]) == (4, 1)
        assert found.measures["h1"]["max_lifetime"] == pytest.approx(math.sqrt(2) - 1)

    def test_the_highest_dimension_is_the_settings(self) -> None:
        found = analyze_cloud(PointCloud(0, SQUARE), AnalysisSettings(max_dimension=0))
        assert [diagram.dimension for diagram in found.diagrams] == [0]

    def test_the_longest_edge_is_the_settings(self) -> None:
        found = analyze_cloud(PointCloud(0, SQUARE), AnalysisSettings(max_edge_length=1.0))
        assert found.diagrams[1].essential.tolist() == [1.0]

    def test_the_betti_curve_counts_bars(self) -> None:
        betti = analyze_cloud(PointCloud(0, SQUARE), SETTINGS).measures["betti"]
        assert (betti["h0"]["counts"][0], betti["h0"]["counts"][-1]) == (4, 1)
        assert betti["h1"]["lengths"][0] == 1.0
        assert (betti["h1"]["counts"][0], betti["h1"]["counts"][-1]) == (1, 0)

    def test_measures_are_json_without_nan(self) -> None:
        for points in (SQUARE, np.zeros((1, 3)), np.zeros((4, 2))):
            json.dumps(analyze_cloud(PointCloud(0, points), SETTINGS).measures, allow_nan=False)

    def test_norms_and_cosines_are_those_of_the_tokens(self) -> None:
        found = analyze_cloud(PointCloud(0, np.array([[3.0, 4.0], [0.0, 2.0]])), SETTINGS)
        geometry = found.measures["geometry"]
        assert (geometry["mean_norm"], geometry["max_norm"]) == (3.5, 5)
        assert geometry["mean_cosine"] == pytest.approx(0.8)


class TestAnalyzeTrajectory:
    def test_displacement_is_measured_from_the_cloud_before(self) -> None:
        clouds = [
            PointCloud(0, SQUARE),
            PointCloud(5, SQUARE + np.array([3, 4])),
            PointCloud(9, SQUARE),
        ]
        found = analyze_trajectory(clouds, SETTINGS)
        moved = [analysis.measures["geometry"]["mean_displacement"] for analysis in found]
        assert moved == [None, 5, 5]

    def test_each_cloud_is_told_in_order(self) -> None:
        told: list[int] = []
        clouds = [PointCloud(step, SQUARE) for step in (0, 10, 20)]
        analyze_trajectory(clouds, SETTINGS, lambda analysis: told.append(analysis.step))
        assert told == [0, 10, 20]

    @pytest.mark.parametrize("threads", [1, 4])
    def test_threads_change_nothing(self, threads: int) -> None:
        rng = np.random.default_rng(0)
        clouds = [PointCloud(i, rng.normal(size=(9, 3))) for i in range(20)]
        alone = [analyze_cloud(c, SETTINGS, p, clouds[0]).measures["h1"]
                 for c, p in zip(clouds[1:], clouds, strict=False)]  # fmt: skip
        found = analyze_trajectory(iter(clouds), SETTINGS, threads=threads)
        assert [a.step for a in found] == list(range(20))
        assert [a.measures["h1"] for a in found[1:]] == alone

    def test_clouds_are_taken_as_they_are_needed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each of them as large as a piece may be."""
        monkeypatch.setattr("tsloss_core.analysis.threads.PIECE_BYTES", SQUARE.nbytes)
        taken = 0
        most = 0

        def clouds() -> Iterator[PointCloud]:
            nonlocal taken
            for i in range(50):
                taken += 1
                yield PointCloud(i, SQUARE)

        def told(analysis: CloudAnalysis) -> None:
            nonlocal most
            most = max(most, taken - analysis.step)

        analyze_trajectory(clouds(), SETTINGS, told, threads=2)
        assert most <= 6

    def test_clouds_of_other_shapes_are_refused(self) -> None:
        clouds = [PointCloud(0, SQUARE), PointCloud(1, SQUARE[:3])]
        with pytest.raises(ValueError, match=r"\(4, 2\) and \(3, 2\)"):
            analyze_trajectory(clouds, SETTINGS)
