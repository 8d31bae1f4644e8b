"""The settings of an experiment: models x tasks x arms x seeds, and what is compared with what."""

from tsloss_core.spec.experiments.arms import Arm, ArmSpec, ExperimentInit
from tsloss_core.spec.experiments.matrix import ExperimentSpec, PlannedRun
from tsloss_core.spec.experiments.request import ExperimentRequest
from tsloss_core.spec.experiments.tasks import Comparison, Metric, Task

__all__ = [
    "Arm",
    "ArmSpec",
    "Comparison",
    "ExperimentInit",
    "ExperimentRequest",
    "ExperimentSpec",
    "Metric",
    "PlannedRun",
    "Task",
]
