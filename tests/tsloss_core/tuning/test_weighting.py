"""The course of a regulariser's weight."""

import pytest

from tsloss_core.spec.weighting import (
    BalancedWeighting,
    ConstantWeighting,
    DecayWeighting,
    WarmupWeighting,
)
from tsloss_core.tuning.weighting import weighting_scale


class TestWeightingScale:
    def test_constant(self) -> None:
        assert weighting_scale(ConstantWeighting(), 3, 10, 1.0, 1.0) == 1.0

    def test_warmup_rises_then_stays(self) -> None:
        spec = WarmupWeighting(ratio=0.5)
        scales = [weighting_scale(spec, step, 10, 1.0, 1.0) for step in range(10)]
        assert scales == pytest.approx([0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 1, 1])

    def test_decay_falls_towards_zero(self) -> None:
        spec = DecayWeighting(ratio=0.5)
        scales = [weighting_scale(spec, step, 10, 1.0, 1.0) for step in range(10)]
        assert scales == pytest.approx([1, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2])

    def test_balanced_brings_the_ratio_to_its_target(self) -> None:
        assert weighting_scale(BalancedWeighting(target_ratio=0.1), 0, 10, 4.0, 2.0) == 0.2

    def test_balanced_leaves_a_vanished_gradient_alone(self) -> None:
        assert weighting_scale(BalancedWeighting(), 0, 10, 4.0, 0.0) == 0.0

    def test_balanced_is_bounded(self) -> None:
        spec = BalancedWeighting(max_scale=10)
        assert weighting_scale(spec, 0, 10, 4.0, 1e-30) == 10
