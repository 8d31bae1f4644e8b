"""Distances between diagrams: known values, a metric's laws, essential bars."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tsloss_core.topology.test_statistics import diagram
from tsloss_core.topology import (
    Diagram,
    bottleneck_distance,
    vietoris_rips,
    wasserstein_distance,
)

bars = st.lists(
    st.tuples(st.floats(0, 5, width=32), st.floats(0.125, 5, width=32)).map(
        lambda bar: (bar[0], bar[0] + bar[1])
    ),
    max_size=6,
).map(lambda chosen: diagram(*chosen))


class TestBottleneckDistance:
    def test_a_bar_alone_goes_to_the_diagonal(self) -> None:
        assert bottleneck_distance(diagram((0, 2)), diagram()) == 1

    def test_bars_are_matched(self) -> None:
        assert bottleneck_distance(diagram((0, 2), (5, 9)), diagram((0, 2.5), (5, 9))) == 0.5

    def test_essential_bars_are_matched_by_their_births(self) -> None:
        assert bottleneck_distance(diagram(essential=(1, 4)), diagram(essential=(2, 4))) == 1

    def test_other_numbers_of_essential_bars_are_infinitely_far(self) -> None:
        assert bottleneck_distance(diagram(essential=(1,)), diagram()) == math.inf

    def test_dimensions_must_agree(self) -> None:
        zero, one = vietoris_rips([[0.0, 0.0], [1.0, 0.0]])
        with pytest.raises(ValueError, match="different homology dimensions: 0 and 1"):
            bottleneck_distance(zero, one)

    @settings(max_examples=50, deadline=None)
    @given(bars, bars, bars)
    def test_the_triangle_inequality_holds(self, a: Diagram, b: Diagram, c: Diagram) -> None:
        direct = bottleneck_distance(a, c)
        assert direct <= bottleneck_distance(a, b) + bottleneck_distance(b, c) + 1e-6


class TestWassersteinDistance:
    @pytest.mark.parametrize(("ground", "expected"), [("sup", 1.0), ("euclidean", math.sqrt(2))])
    def test_the_ground_metric_measures_the_moves(self, ground: str, expected: float) -> None:
        found = wasserstein_distance(diagram((0, 2)), diagram(), ground=ground)  # type: ignore[arg-type]
        assert found == pytest.approx(expected, rel=1e-4)

    def test_the_order_weighs_long_moves(self) -> None:
        one, other = diagram((0, 10), (20, 30)), diagram((0, 13), (20, 34))
        assert wasserstein_distance(one, other, order=1) == pytest.approx(7, rel=1e-3)
        assert wasserstein_distance(one, other, order=2) == pytest.approx(5, rel=1e-3)

    @settings(max_examples=50, deadline=None)
    @given(bars, bars)
    def test_it_is_symmetric_and_never_below_bottleneck(self, a: Diagram, b: Diagram) -> None:
        there, back = wasserstein_distance(a, b), wasserstein_distance(b, a)
        assert there == pytest.approx(back, rel=1e-3, abs=1e-6)
        assert there >= bottleneck_distance(a, b) * (1 - 1e-3) - 1e-6

    @pytest.mark.parametrize("order", [0.5, math.inf, math.nan])
    def test_an_order_that_is_not_finite_or_below_one_is_refused(self, order: float) -> None:
        with pytest.raises(ValueError, match="order"):
            wasserstein_distance(diagram(), diagram(), order=order)
