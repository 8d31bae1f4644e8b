"""The course of a regulariser's weight."""

import pytest

from tsloss_core.spec.regularizers import NoRegularizerSpec, TSLossSpec
from tsloss_core.spec.weighting import (
    BalancedWeighting,
    ConstantWeighting,
    DecayWeighting,
    WarmupWeighting,
)
from tsloss_core.tuning.weighting import gradient_ratio, weighting_of, weighting_scale


class TestWeightingOf:
    def test_it_is_the_regularisers_own(self) -> None:
        spec = TSLossSpec(weighting=DecayWeighting(ratio=0.5))
        assert weighting_of(spec) == DecayWeighting(ratio=0.5)

    def test_no_regulariser_has_a_constant_one(self) -> None:
        assert weighting_of(NoRegularizerSpec()) == ConstantWeighting()


class TestGradientRatio:
    def test_it_is_of_the_scaled_gradient(self) -> None:
        assert gradient_ratio(0.5, 4.0, 2.0) == 0.25

    def test_nothing_to_compare_with_is_zero(self) -> None:
        assert gradient_ratio(0.5, 0.0, 2.0) == 0.0


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
