"""Tuning of soft prompts: rows, the loop, evaluation, resume state."""

from tsloss_core.spec import TuningConfig
from tsloss_core.tuning.bf16_weights import bf16_weight_bytes
from tsloss_core.tuning.errors import (
    DivergedError,
    InvalidRowError,
    OutOfMemoryError,
    StateError,
    TuningError,
)
from tsloss_core.tuning.evaluation import Stopped, choose_grader, evaluate
from tsloss_core.tuning.limits import CacheLimits, Limits
from tsloss_core.tuning.loop import Callbacks
from tsloss_core.tuning.memory import contexts_bytes, tokens_that_fit
from tsloss_core.tuning.prompted import PromptedModel, window
from tsloss_core.tuning.records import (
    Evaluation,
    Prediction,
    Snapshot,
    StepMetrics,
    TuningResult,
)
from tsloss_core.tuning.rendering import TokenRow, render_rows
from tsloss_core.tuning.result_files import result_files
from tsloss_core.tuning.state import TuningState
from tsloss_core.tuning.tune import prepare, tune, tune_many

__all__ = [
    "CacheLimits",
    "Callbacks",
    "DivergedError",
    "Evaluation",
    "InvalidRowError",
    "Limits",
    "OutOfMemoryError",
    "Prediction",
    "PromptedModel",
    "Snapshot",
    "StateError",
    "StepMetrics",
    "Stopped",
    "TokenRow",
    "TuningConfig",
    "TuningError",
    "TuningResult",
    "TuningState",
    "bf16_weight_bytes",
    "choose_grader",
    "contexts_bytes",
    "evaluate",
    "prepare",
    "render_rows",
    "result_files",
    "tokens_that_fit",
    "tune",
    "tune_many",
    "window",
]
