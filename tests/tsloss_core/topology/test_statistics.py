"""Measures of known diagrams."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsloss_core.topology import Diagram, betti_curve, diagram_statistics, sampled_betti_curve


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


class TestSampledBettiCurve:
    @given(st.lists(st.tuples(st.floats(0, 9), st.floats(1e-3, 9)), min_size=1, max_size=20))
    def test_it_is_read_from_the_first_birth_to_the_last_death(self, drawn: list[Any]) -> None:
        bars = diagram(*[(birth, birth + lifetime) for birth, lifetime in drawn], essential=(1.0,))
        lengths, counts = sampled_betti_curve(bars, 33)
        assert (lengths[0], lengths[-1]) == (bars.births.min(), bars.deaths.max())
        assert np.allclose(lengths, np.linspace(lengths[0], lengths[-1], 33), rtol=1e-15, atol=0)
        assert counts.tolist() == betti_curve(bars, lengths).tolist()

    def test_no_bars_have_no_curve(self) -> None:
        assert [len(part) for part in sampled_betti_curve(diagram(), 33)] == [0, 0]


class TestJson:
    def test_a_diagram_reads_back(self) -> None:
        written = diagram((0, 1), (1, 4), essential=(2,))
        read = Diagram.from_json(written.to_json())
        assert read.to_json() == written.to_json()

    def test_its_arrays_cannot_be_changed(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            diagram((0, 1)).births[0] = 3
