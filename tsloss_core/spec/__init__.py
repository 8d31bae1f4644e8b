"""The settings of a job. Imports pydantic alone, so that the API can use it without torch."""

from tsloss_core.spec.analysis import AnalysisInput, AnalysisSettings, AnalysisSpec
from tsloss_core.spec.resolution import (
    planned_epochs,
    planned_steps,
    planned_steps_per_epoch,
    resolve,
)
from tsloss_core.spec.row_lines import read_lines
from tsloss_core.spec.rows import Message, Row, RowError, parse_row, parse_rows
from tsloss_core.spec.schedule import (
    is_graded,
    is_kept,
    planned_gradings,
    planned_snapshots,
)
from tsloss_core.spec.soft_prompt import SoftPromptSpec, TuningConfig

__all__ = [
    "AnalysisInput",
    "AnalysisSettings",
    "AnalysisSpec",
    "Message",
    "Row",
    "RowError",
    "SoftPromptSpec",
    "TuningConfig",
    "is_graded",
    "is_kept",
    "parse_row",
    "parse_rows",
    "planned_epochs",
    "planned_gradings",
    "planned_snapshots",
    "planned_steps",
    "planned_steps_per_epoch",
    "read_lines",
    "resolve",
]
