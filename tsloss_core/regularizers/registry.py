"""Builds a regulariser from its settings."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter

from tsloss_core.regularizers.geometric import L2, Equidistance, NoRegularizer, Pairwise
from tsloss_core.regularizers.persistence import Persistence
from tsloss_core.regularizers.protocol import Regularizer
from tsloss_core.regularizers.random_direction import RandomDirection
from tsloss_core.regularizers.tsloss import TSLoss
from tsloss_core.spec.regularizers import AnyRegularizerSpec

_SPEC: TypeAdapter[AnyRegularizerSpec] = TypeAdapter(AnyRegularizerSpec)

REGULARIZERS: dict[str, Callable[[Any], Regularizer]] = {
    "tsloss": TSLoss,
    "tsloss_scale_free": lambda spec: TSLoss(spec, scale_free=True),
    "persistence": Persistence,
    "l2": L2,
    "pairwise": Pairwise,
    "equidistance": Equidistance,
    "random_direction": RandomDirection,
    "none": lambda _: NoRegularizer(),
}


def build_regularizer(spec: AnyRegularizerSpec | Mapping[str, Any]) -> Regularizer:
    """Return the regulariser of `spec`; its `weighting` is the training loop's to apply.

    Raises pydantic's ValidationError, which names the field, for settings out of bounds.
    """
    checked = parse_regularizer(spec)
    return REGULARIZERS[checked.type](checked)


def parse_regularizer(spec: AnyRegularizerSpec | Mapping[str, Any]) -> AnyRegularizerSpec:
    """Return the settings with every default filled in. Raises pydantic's ValidationError."""
    return _SPEC.validate_python(spec)
