"""Norms, cosines and displacement of tokens."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tsloss_core.analysis.geometry import geometry, tokens

CLOUDS = st.tuples(st.integers(2, 6), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.float32, shape, elements=st.floats(0.125, 8, width=32))
)


class TestGeometry:
    @given(CLOUDS)
    def test_cosines_are_those_of_every_pair(self, points: np.ndarray) -> None:
        found = geometry(points)
        wide = points.astype(float)
        cosines = [
            wide[i] @ wide[j] / (np.linalg.norm(wide[i]) * np.linalg.norm(wide[j]))
            for i in range(len(points))
            for j in range(i)
        ]
        told = [found[f"{which}_cosine"] for which in ("min", "mean", "max")]
        assert told == pytest.approx([min(cosines), np.mean(cosines), max(cosines)], abs=1e-9)

    @given(CLOUDS)
    def test_displacement_is_how_far_each_token_moved(self, points: np.ndarray) -> None:
        move = np.arange(len(points), dtype=float)[:, None] * np.ones(points.shape[1])
        found = geometry(points + move, previous=points, first=points)
        length = math.sqrt(points.shape[1])
        assert found["max_displacement"] == pytest.approx((len(points) - 1) * length)
        assert found["mean_drift"] == pytest.approx((len(points) - 1) / 2 * length)

    def test_a_token_of_length_zero_has_no_cosine(self) -> None:
        assert geometry(np.array([[0.0, 0.0], [1.0, 0.0]]))["mean_cosine"] is None

    def test_a_single_token_has_no_cosine(self) -> None:
        assert geometry(np.array([[3.0, 4.0]]))["mean_norm"] == 5
        assert geometry(np.array([[3.0, 4.0]]))["mean_cosine"] is None


class TestTokens:
    def test_each_token_has_norm_and_drift(self) -> None:
        found = tokens(np.array([[3.0, 4.0], [0.0, 1.0]]), np.zeros((2, 2)))
        assert found == {"norm": [5.0, 1.0], "drift": [5.0, 1.0]}
