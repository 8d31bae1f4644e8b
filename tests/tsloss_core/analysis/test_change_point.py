"""The change point of a series: planted ones are found, and level series have none."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsloss_core.analysis.change_point import change_point


def _by_definition(series: np.ndarray) -> float:
    m = len(series)
    return max(
        abs(sum(np.sign(series[i] - series[j]) for i in range(t) for j in range(t, m)))
        for t in range(1, m)
    )


class TestChangePoint:
    # Likely and not certain: one series in seven hundred is off by more. So the same ones are drawn
    # in every run.
    @settings(derandomize=True)
    @given(
        before=st.integers(15, 40), after=st.integers(15, 40), seed=st.integers(0, 2**20),
        jump=st.sampled_from([-8.0, 8.0]),
    )  # fmt: skip
    def test_a_planted_change_is_found(
        self, before: int, after: int, seed: int, jump: float
    ) -> None:
        rng = np.random.default_rng(seed)
        series = rng.normal(size=before + after)
        series[before:] += jump
        found = change_point(series)
        assert found is not None
        # Ranks of the noise within a level move the largest sum by a few places.
        assert abs(found.index - before) <= 5
        assert found.p_value < 0.01
        assert (found.after > found.before) == (jump > 0)

    @given(st.lists(st.integers(-5, 5), min_size=11, max_size=25))
    def test_the_statistic_is_the_definition(self, values: list[int]) -> None:
        found = change_point(values)
        assert found is not None
        assert found.statistic == _by_definition(np.array(values))

    def test_level_series_rarely_change(self) -> None:
        rng = np.random.default_rng(0)
        found = [change_point(rng.normal(size=60)) for _ in range(400)]
        assert sum(f is not None and f.p_value < 0.05 for f in found) <= 0.05 * 400 + 10

    def test_a_constant_series_has_no_change(self) -> None:
        found = change_point([1.0] * 20)
        assert found is not None
        assert found.p_value == 1

    def test_the_fewest_values_can_tell_a_change_from_chance(self) -> None:
        """One less could not: K is at most m^2 / 4."""
        found = change_point([0.0] * 5 + [1.0] * 6)
        assert found is not None
        assert found.p_value < 0.05
        assert 2 * math.exp(-6 * (10 * 10 / 4) ** 2 / (10**3 + 10**2)) > 0.05
        assert change_point([0.0] * 5 + [1.0] * 5) is None

    def test_nan_is_refused(self) -> None:
        with pytest.raises(ValueError, match="finite"):
            change_point([0.0, math.nan] * 5)
