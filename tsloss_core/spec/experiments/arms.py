"""The arms of an experiment: what differs between its runs besides model, task and seed."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tsloss_core.spec.base import Spec
from tsloss_core.spec.experiments.tasks import Name
from tsloss_core.spec.hyperparameters import HyperparametersSpec
from tsloss_core.spec.initialization import CheckpointInit, NormalInit, TextInit, VocabularyInit
from tsloss_core.spec.regularizers import AnyRegularizerSpec
from tsloss_core.spec.soft_prompt import SoftPromptSpec

ExperimentId = Annotated[str, StringConstraints(pattern=r"^exp-[A-Za-z0-9]{1,60}$")]


class ExperimentInit(Spec):
    """Warm start: the last prompt of an experiment's run with the same model and the same seed."""

    type: Literal["experiment"] = "experiment"
    id: ExperimentId
    task: Name
    arm: Name


ArmInit = Annotated[
    VocabularyInit | NormalInit | TextInit | CheckpointInit | ExperimentInit,
    Field(discriminator="type"),
]


class ArmSpec(Spec):
    """An arm as it is asked for. What it leaves out is as in the experiment's `soft_prompt`."""

    name: Name
    regularizer: AnyRegularizerSpec
    init: ArmInit | None = None
    hyperparameters: HyperparametersSpec | None = Field(
        None, description="Only the fields that are given here differ from the experiment's."
    )


class Arm(Spec):
    """An arm with every setting of its runs. `start` stands for `soft_prompt.init` if given."""

    name: Name
    soft_prompt: SoftPromptSpec
    start: ExperimentInit | None = None


def complete_arm(asked: ArmSpec, common: SoftPromptSpec) -> Arm:
    """Return `asked` with what it leaves out taken from `common`."""
    update: dict[str, object] = {"regularizer": asked.regularizer}
    if asked.init is not None and not isinstance(asked.init, ExperimentInit):
        update["init"] = asked.init
    if asked.hyperparameters is not None:
        given = asked.hyperparameters.model_dump(include=asked.hyperparameters.model_fields_set)
        update["hyperparameters"] = common.hyperparameters.model_copy(update=given)
    start = asked.init if isinstance(asked.init, ExperimentInit) else None
    return Arm(name=asked.name, soft_prompt=common.model_copy(update=update), start=start)
