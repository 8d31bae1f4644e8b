"""Means over seeds against scipy.stats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from tsloss_core.significance.intervals import MeanInterval, mean_interval


class TestMeanInterval:
    @given(arrays(np.float64, st.integers(2, 30), elements=st.floats(-100, 100)))
    def test_it_is_scipys(self, values: np.ndarray) -> None:
        interval = mean_interval(values.tolist())
        assert interval is not None
        error = stats.sem(values)
        low, high = values.mean() + np.array([-1, 1]) * stats.t.ppf(0.975, len(values) - 1) * error
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-9)

    def test_one_value_has_no_interval(self) -> None:
        assert mean_interval([0.5]) == MeanInterval(1, 0.5, None, None, None)

    def test_no_value_no_mean(self) -> None:
        assert mean_interval([]) is None
