"""The block bootstrap covers the truth on processes whose correlation is known."""

import numpy as np
import pytest
from scipy.signal import lfilter

from tsloss_core.analysis.bootstrap import block_bootstrap, group_bootstrap
from tsloss_core.analysis.correlation import mann_whitney, partial_spearman, rank_residuals

TRIALS = 100


def _ar(rng: np.random.Generator, m: int, memory: float) -> np.ndarray:
    return lfilter([1.0], [1.0, -memory], rng.normal(size=m + 50))[50:]


def _pair(rng: np.random.Generator, m: int, memory: float, rho: float) -> tuple[np.ndarray, ...]:
    """Two autoregressive series whose correlation is `rho`."""
    x, other = _ar(rng, m, memory), _ar(rng, m, memory)
    return x, rho * x + np.sqrt(1 - rho**2) * other


def _coverage(memory: float, rho: float, m: int, block_length: int | None = None) -> float:
    rng = np.random.default_rng(0)
    covered = 0
    for trial in range(TRIALS):
        x, y = _pair(rng, m, memory, rho)
        found = block_bootstrap(x, y, seed=trial, block_length=block_length)
        covered += found.low <= rho <= found.high
    return covered / TRIALS


class TestBlockBootstrap:
    @pytest.mark.parametrize(
        ("memory", "rho"), [(0.0, 0.0), (0.0, 0.6), (0.6, 0.0), (0.6, 0.5), (0.8, 0.0)]
    )
    def test_it_covers_the_truth(self, memory: float, rho: float) -> None:
        assert _coverage(memory, rho, m=120) >= 0.82

    def test_single_pairs_cover_less_where_neighbours_depend(self) -> None:
        blocks, pairs = _coverage(0.8, 0.0, 120), _coverage(0.8, 0.0, 120, block_length=1)
        assert pairs < 0.75
        assert blocks > pairs + 0.1

    def test_dependence_lengthens_the_blocks(self) -> None:
        rng = np.random.default_rng(3)
        lengths = [block_bootstrap(*_pair(rng, 300, m, 0.0)).block_length for m in (0.0, 0.9)]
        assert lengths[0] < lengths[1] <= 100

    def test_the_same_seed_gives_the_same_interval(self) -> None:
        x, y = _pair(np.random.default_rng(4), 40, 0.5, 0.3)
        assert block_bootstrap(x, y) == block_bootstrap(x, y)

    def test_it_holds_the_coefficient_of_perfect_agreement(self) -> None:
        x = np.arange(20.0)
        found = block_bootstrap(x, x)
        assert (found.low, found.high) == pytest.approx((1, 1))


class TestCalibration:
    """What is reached on series that have nothing in common but the step and their memory.

    The numbers stand in docs/mathematics.md.
    """

    TRIALS = 400

    @pytest.mark.parametrize(
        ("m", "memory", "coverage", "false_survivals"),
        [
            (12, 0.0, 0.915, 0.05),
            (12, 0.6, 0.86, 0.09),
            (12, 0.8, 0.835, 0.105),
            (20, 0.0, 0.92, 0.03),
            (20, 0.6, 0.865, 0.10),
            (20, 0.8, 0.795, 0.16),
            (120, 0.0, 0.97, 0.03),
            (120, 0.6, 0.91, 0.09),
            (120, 0.8, 0.86, 0.14),
        ],
    )
    def test_it_reaches_what_the_page_says(
        self, m: int, memory: float, coverage: float, false_survivals: float
    ) -> None:
        rng = np.random.default_rng(0)
        steps, covered, survived = np.arange(float(m)), 0, 0
        for trial in range(self.TRIALS):
            x, y = _pair(rng, m, memory, 0.0)
            left, partial = rank_residuals(x, y, steps), partial_spearman(x, y, steps)
            assert left is not None
            assert partial is not None
            found = block_bootstrap(*left, seed=trial)
            inside = found.low <= 0 <= found.high
            covered += inside
            survived += not inside and partial.p_value <= 0.05
        assert covered / self.TRIALS == pytest.approx(coverage, abs=0.01)
        assert survived / self.TRIALS == pytest.approx(false_survivals, abs=0.01)


class TestGroupBootstrap:
    def test_it_covers_no_effect(self) -> None:
        rng = np.random.default_rng(0)
        covered = 0
        for trial in range(TRIALS):
            x, y = _pair(rng, 120, 0.6, 0.0)
            found = group_bootstrap(x, y > np.median(y), seed=trial)
            covered += found.low <= 0 <= found.high
        assert 0.84 <= covered / TRIALS <= 0.99

    def test_it_surrounds_a_real_effect_and_leaves_out_none(self) -> None:
        x, y = _pair(np.random.default_rng(1), 120, 0.3, 0.9)
        high = y > np.median(y)
        effect = mann_whitney(x[high], x[~high])
        found = group_bootstrap(x, high)
        assert effect is not None
        assert 0 < found.low < effect.rank_biserial < found.high <= 1

    def test_groups_that_stand_apart_have_the_whole_effect(self) -> None:
        found = group_bootstrap(np.arange(20.0), np.arange(20) >= 10)
        # A resample all of one group says nothing and counts as 0; with blocks that is rare.
        assert found.high == 1
