"""Warm starts: the checkpoint that each run of a warm arm begins with."""

from collections.abc import Sequence
from itertools import product

from sqlalchemy.orm import Session

from api.errors import ApiError, about
from store.experiment_results import last_snapshots
from store.experiments import Experiments
from tsloss_core.spec.experiments import Arm, ExperimentInit, ExperimentSpec

Starts = dict[tuple[str, str, int], str]
"""The id of a checkpoint by arm, model and seed."""


def find_starts(
    session: Session, project_id: str, spec: ExperimentSpec, seeds: Sequence[int]
) -> Starts:
    """Return the checkpoints of all warm arms.

    Raises a 404 or 422 that names the arm: an experiment, task or arm that is not there, a run that
    has not succeeded, another number of virtual tokens.
    """
    starts: Starts = {}
    for i, arm in enumerate(spec.arms):
        if arm.start is None:
            continue
        param = spec.start_field(i)
        snapshots = _snapshots(session, project_id, arm, arm.start, param)
        for model, seed in product(spec.models, seeds):
            if (model, seed) not in snapshots:
                raise _refusal(param, f"no run of '{model}' with seed {seed} has succeeded there")
            starts[arm.name, model, seed] = snapshots[model, seed]
    return starts


def _snapshots(
    session: Session, project_id: str, arm: Arm, start: ExperimentInit, param: str
) -> dict[tuple[str, int], str]:
    with about(param, "experiment_not_found"):
        source = Experiments(session, project_id).get(start.id)
    there = ExperimentSpec.model_validate(source.spec)
    task = next((task for task in there.tasks if task.name == start.task), None)
    other = next((other for other in there.arms if other.name == start.arm), None)
    if task is None or other is None:
        raise _refusal(param, f"'{start.id}' has no such task or no such arm")
    length = other.soft_prompt.num_virtual_tokens
    if length != arm.soft_prompt.num_virtual_tokens:
        raise _refusal(param, f"its prompts have {length} virtual tokens")
    return last_snapshots(session, source, (task.training_file, task.validation_file), start.arm)


def _refusal(param: str, reason: str) -> ApiError:
    return ApiError(422, f"{param}: {reason}.", param=param, code="start_not_there")
