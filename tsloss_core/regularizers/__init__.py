"""Regularisers of a soft prompt, behind one small protocol."""

from tsloss_core.regularizers.protocol import Regularizer, RegularizerOutput
from tsloss_core.regularizers.registry import REGULARIZERS, build_regularizer, parse_regularizer

__all__ = [
    "REGULARIZERS",
    "Regularizer",
    "RegularizerOutput",
    "build_regularizer",
    "parse_regularizer",
]
