"""Base models: loading them, and the one that the demo brings."""

from tsloss_core.models.bundled import BUNDLED_MODEL_ID, bundled_model
from tsloss_core.models.loading import LoadedBase, ModelNotLoadableError, freeze, load_base

__all__ = [
    "BUNDLED_MODEL_ID",
    "LoadedBase",
    "ModelNotLoadableError",
    "bundled_model",
    "freeze",
    "load_base",
]
