"""All settings of a soft-prompt tuning run: `method.soft_prompt` of a fine-tuning job."""

from typing import Any, Literal

from pydantic import Field, model_validator

from tsloss_core.spec.base import Spec
from tsloss_core.spec.evaluation import EvaluationSpec, SnapshotsSpec
from tsloss_core.spec.fields import Seed
from tsloss_core.spec.hyperparameters import HyperparametersSpec
from tsloss_core.spec.initialization import InitSpec, VocabularyInit
from tsloss_core.spec.presets import apply_preset
from tsloss_core.spec.regularizers import AnyRegularizerSpec, TSLossSpec

MAX_VIRTUAL_TOKENS = 512


class SoftPromptSpec(Spec):
    """What is tuned, how it is regularised, trained, graded and kept."""

    preset: Literal["paper"] | None = Field(
        None, description="Fills whatever is left out with the values of the paper's section V."
    )
    num_virtual_tokens: int = Field(20, ge=1, le=MAX_VIRTUAL_TOKENS)
    placement: Literal["suffix", "prefix"] = "suffix"
    init: InitSpec = VocabularyInit()
    regularizer: AnyRegularizerSpec = TSLossSpec()
    hyperparameters: HyperparametersSpec = HyperparametersSpec()
    evaluation: EvaluationSpec = EvaluationSpec()
    snapshots: SnapshotsSpec = SnapshotsSpec()

    @model_validator(mode="before")
    @classmethod
    def _fill_from_preset(cls, data: Any) -> Any:
        return apply_preset(data)


class TuningConfig(SoftPromptSpec):
    """A tuning run's settings and the seed of every random choice in it."""

    seed: Seed = 0
