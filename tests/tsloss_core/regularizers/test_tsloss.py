"""Equations 1 to 6 against a transcription with plain loops."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tsloss_core.regularizers import build_regularizer
from tsloss_core.spec.regularizers import TSLossSpec


def transcribed(points: torch.Tensor, spec: TSLossSpec, literal: bool) -> tuple[float, float]:
    """L_H0 and L_H1 as the paper prints them, or without the pairs i = j."""
    n = len(points)
    d = [[math.dist(a, b) for b in points.tolist()] for a in points.tolist()]
    pairs = [(i, j) for i in range(n) for j in range(n) if literal or i != j]
    s = [
        -spec.tau * math.log(sum(math.exp(-d[i][j] / spec.tau) for k, j in pairs if k == i))
        for i in range(n)
    ]
    mean = sum(s) / n
    h0 = sum((value - mean) ** 2 for value in s) / n

    def quantile(sharpness: float) -> float:
        weights = [math.exp(sharpness * d[i][j]) for i, j in pairs]
        return sum(w * d[i][j] for w, (i, j) in zip(weights, pairs, strict=True)) / sum(weights)

    delta, zeta = quantile(-spec.alpha), quantile(spec.alpha)
    terms = [
        spec.l_repel * max(0.0, delta - d[i][j]) ** 2
        + spec.l_attract * max(0.0, d[i][j] - zeta) ** 2
        for i, j in pairs
    ]
    return h0, sum(terms) / len(pairs)


def points(n: int, d: int, seed: int, size: float = 1.0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return size * torch.randn(n, d, generator=generator, dtype=torch.float64)


class TestTSLoss:
    @settings(max_examples=60, deadline=None)
    @given(
        st.integers(2, 8), st.integers(1, 4), st.integers(0, 99), st.booleans(),
        st.floats(0.05, 2), st.floats(0.5, 12),
    )  # fmt: skip
    def test_the_terms_are_those_of_the_equations(
        self, n: int, d: int, seed: int, literal: bool, tau: float, alpha: float
    ) -> None:
        spec = TSLossSpec(
            tau=tau, alpha=alpha, l_repel=2.0, l_attract=0.5, include_self_distances=literal,
            weight=3.0, beta_h0=0.5, beta_h1=4.0,
        )  # fmt: skip
        cloud = points(n, d, seed)
        h0, h1 = transcribed(cloud, spec, literal)
        out = build_regularizer(spec)(cloud)
        assert float(out.terms["h0"]) == pytest.approx(h0, rel=1e-7, abs=1e-12)
        assert float(out.terms["h1"]) == pytest.approx(h1, rel=1e-7, abs=1e-12)
        assert float(out.total) == pytest.approx(3 * (0.5 * h0 + 4 * h1), rel=1e-7, abs=1e-12)

    def test_the_literal_form_goes_blind_at_a_small_tau(self) -> None:
        cloud = points(10, 8, 0)
        literal = build_regularizer({"type": "tsloss", "tau": 0.05, "include_self_distances": True})
        masked = build_regularizer({"type": "tsloss", "tau": 0.05})
        assert float(literal(cloud).terms["h0"]) < 1e-20
        assert float(masked(cloud).terms["h0"]) > 1e-2


class TestZeroSet:
    """Where the masked form asks for nothing more, as docs/mathematics.md says."""

    ANGLES = torch.arange(12) * math.pi / 6
    RING = torch.stack([ANGLES.cos(), ANGLES.sin()], dim=1)
    RECTANGLE = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 9.0], [1.0, 9.0]])

    def _terms(self, cloud: torch.Tensor) -> tuple[float, float]:
        out = build_regularizer({"type": "tsloss"})(cloud.double())
        return float(out.terms["h0"]), float(out.terms["h1"])

    @pytest.mark.parametrize("cloud", [torch.eye(6), torch.zeros(6, 2)])
    def test_equal_distances_leave_both_terms_at_zero(self, cloud: torch.Tensor) -> None:
        assert self._terms(cloud) == pytest.approx((0, 0), abs=1e-20)

    @pytest.mark.parametrize("cloud", [RING, RECTANGLE])
    def test_tokens_that_see_the_same_distances_leave_the_h0_term_at_zero(
        self, cloud: torch.Tensor
    ) -> None:
        h0, h1 = self._terms(cloud)
        assert h0 == pytest.approx(0, abs=1e-12)
        assert h1 > 1e-9


class TestScaleFree:
    def test_a_larger_cloud_has_the_same_value(self) -> None:
        regularizer = build_regularizer({"type": "tsloss_scale_free"})
        small, large = points(9, 5, 1), 1000 * points(9, 5, 1)
        torch.testing.assert_close(regularizer(small).total, regularizer(large).total)
