"""Measures of known diagrams."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsloss_core.topology import Diagram, betti_curve, diagram_statistics


def diagram(*bars: tuple[float, float], essential: tuple[float, ...] = ()) -> Diagram:
    births, deaths = (np.array([bar[i] for bar in bars], dtype=float) for i in (0, 1))
    edges = np.zeros((len(bars), 2), dtype=np.int64)
    return Diagram(1, births, deaths, np.array(essential, dtype=float), edges, edges.copy())


class TestDiagramStatistics:
    def test_known_bars(self) -> None:
        found = diagram_statistics(diagram((0, 1), (1, 4), essential=(2,)))
        assert (found.count, found.essential_count) == (3, 1)
        assert (found.mean_lifetime, found.max_lifetime, found.total_lifetime) == (2, 3, 4)
        assert found.lifetime_variance == 1
        assert found.persistent_entropy == pytest.approx(
            -(0.25 * math.log(0.25) + 0.75 * math.log(0.75))
        )

    def test_no_bars_have_no_mean(self) -> None:
        found = diagram_statistics(diagram())
        assert (found.count, found.total_lifetime) == (0, 0.0)
        assert found.mean_lifetime is None
        assert found.persistent_entropy is None

    @given(st.integers(2, 40), st.floats(0.1, 10))
    def test_equal_bars_have_the_largest_entropy(self, bars: int, length: float) -> None:
        found = diagram_statistics(diagram(*[(0.0, length)] * bars))
        assert found.persistent_entropy == pytest.approx(math.log(bars))
        assert found.normalized_persistent_entropy == pytest.approx(1)


class TestBettiCurve:
    def test_bars_count_from_birth_until_death(self) -> None:
        curve = betti_curve(diagram((0, 1), (1, 4), essential=(2,)), [0, 0.5, 1, 2, 4, 9])
        assert curve.tolist() == [1, 1, 1, 2, 1, 1]


class TestJson:
    def test_a_diagram_reads_back(self) -> None:
        written = diagram((0, 1), (1, 4), essential=(2,))
        read = Diagram.from_json(written.to_json())
        assert read.to_json() == written.to_json()

    def test_its_arrays_cannot_be_changed(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            diagram((0, 1)).births[0] = 3
