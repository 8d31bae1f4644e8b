"""Learning curves and convergence bars over seeds: the numbers, and that they can be drawn."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from tsloss_core.analysis.figures import (
    Plot,
    convergence_data,
    draw_convergence,
    draw_learning_curves,
    learning_curves_data,
)

RUNS = np.array([[0.2, 0.4, 0.9], [0.4, 0.6, math.nan], [0.3, 0.8, math.nan]])


class TestLearningCurves:
    def test_the_band_is_the_t_interval_of_the_mean(self) -> None:
        data = learning_curves_data([0, 10, 20], {"none": RUNS})
        (series,) = data["series"]
        expected = stats.t.interval(0.95, 2, loc=0.3, scale=stats.sem(RUNS[:, 0]))
        assert series["mean"][0] == pytest.approx(0.3)
        assert (series["low"][0], series["high"][0]) == pytest.approx(expected)

    def test_one_seed_has_a_line_and_no_band(self) -> None:
        (series,) = learning_curves_data([0, 10, 20], {"none": RUNS})["series"]
        assert (series["mean"][2], series["low"][2], series["high"][2]) == (0.9, None, None)

    def test_what_nobody_measured_is_missing(self) -> None:
        (series,) = learning_curves_data([0], {"none": [[math.nan], [math.nan]]})["series"]
        assert series["mean"] == [None]

    def test_runs_of_another_length_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"tsloss: runs must have shape \(seeds, 2\)"):
            learning_curves_data([0, 10], {"tsloss": RUNS})

    @pytest.mark.parametrize("runs", [{}, {"a": RUNS}, {str(i): RUNS for i in range(8)}])
    def test_it_is_drawn(self, runs: dict[str, np.ndarray]) -> None:
        plot = Plot("curves", learning_curves_data([0, 1, 2], runs), draw_learning_curves)
        assert [format_ for _, format_, _ in plot.render()] == ["svg", "png", "json"]


class TestConvergence:
    def test_the_mean_is_of_those_that_converged(self) -> None:
        (bar,) = convergence_data({"none": [100, None, 140]})["bars"]
        assert (bar["mean"], bar["seeds"], bar["values"]) == (120, 3, [100, 140])

    def test_none_converged(self) -> None:
        (bar,) = convergence_data({"none": [None, None]})["bars"]
        assert (bar["mean"], bar["low"], bar["values"]) == (None, None, [])

    def test_it_is_drawn_and_says_how_many_converged(self) -> None:
        runs = {"none": [100, None, 140], "l2": [None], "tsloss": [80.0]}
        rendered = list(Plot("bars", convergence_data(runs), draw_convergence).render())
        svg = rendered[0][2].decode()
        assert "2 of 3 converged" in svg
        assert "none converged" in svg
        assert json.loads(rendered[2][2])["bars"][2]["mean"] == 80
