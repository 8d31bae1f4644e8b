"""Checks a request for an experiment against files, models and limits, and queues its jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from sqlalchemy.orm import Session

from api.errors import ApiError, about
from api.experiments.schemas import CreateExperiment, ExtendExperiment
from api.experiments.starts import Starts, find_starts
from api.tuning.create import check_length, check_snapshots, check_start, hold_data_file
from store.catalogue import BaseModelEntry, Catalogue
from store.experiments import Experiments
from store.schema import Experiment, Job
from store.settings import Settings
from tsloss_core.spec import resolve
from tsloss_core.spec.experiments import ExperimentSpec, PlannedRun
from tsloss_core.spec.initialization import CheckpointInit


@dataclass(frozen=True)
class CheckedInputs:
    """What the runs of an experiment stand on: models, rows of each file, warm starts."""

    models: Mapping[str, BaseModelEntry]
    rows: Mapping[str, int]
    starts: Starts


def create_experiment(
    session: Session,
    project_id: str,
    request: CreateExperiment,
    catalogue: Catalogue,
    settings: Settings,
) -> Experiment:
    """Queue every run, or none: raises a 404, 422 or 429 that names the field or the limit."""
    spec = request.complete()
    _check_size(spec, spec.size, settings.max_queued_jobs)
    inputs = _check_inputs(session, project_id, spec, spec.seeds, catalogue)
    experiment = Experiment(
        name=request.name or request.preset or "experiment",
        priority=request.priority,
        metadata_=request.metadata or {},
        spec=spec.model_dump(mode="json"),
    )
    jobs = [_job(run, inputs, request.priority) for run in spec.runs()]
    Experiments(session, project_id).create(experiment, jobs, settings.max_queued_jobs)
    return experiment


def extend_experiment(
    session: Session,
    project_id: str,
    experiment_id: str,
    request: ExtendExperiment,
    catalogue: Catalogue,
    settings: Settings,
) -> Experiment:
    """Queue the runs of further seeds. Raises as `create_experiment` does."""
    experiments = Experiments(session, project_id)
    experiment = experiments.held(experiment_id)
    spec = ExperimentSpec.model_validate(experiment.spec)
    _check_new(spec.seeds, request.seeds)
    _check_size(spec, spec.runs_per_seed * len(request.seeds), settings.max_queued_jobs)
    inputs = _check_inputs(session, project_id, spec, request.seeds, catalogue)
    more = {"seeds": spec.seeds + request.seeds, "extensions": spec.extensions + 1}
    extended = spec.model_copy(update=more)
    experiment.spec = extended.model_dump(mode="json")
    jobs = [_job(run, inputs, experiment.priority) for run in spec.runs(request.seeds)]
    experiments.extend(experiment, jobs, settings.max_queued_jobs)
    return experiment


def _check_new(present: Sequence[int], seeds: Sequence[int]) -> None:
    for i, seed in enumerate(seeds):
        if seed in present or seed in seeds[:i]:
            message = f"seeds: the experiment has seed {seed} already."
            raise ApiError(422, message, param="seeds", code="seed_exists")


def _check_size(spec: ExperimentSpec, runs: int, limit: int) -> None:
    if runs > limit:
        sides = f"{len(spec.models)} models x {len(spec.tasks)} tasks x {len(spec.arms)} arms"
        message = f"The matrix has {runs} runs ({sides} x seeds); the limit of jobs is {limit}."
        raise ApiError(422, message, code="over_limit")


def _check_inputs(
    session: Session,
    project_id: str,
    spec: ExperimentSpec,
    seeds: Sequence[int],
    catalogue: Catalogue,
) -> CheckedInputs:
    models = _models(spec, catalogue)
    rows = _rows(session, project_id, spec)
    for arm, task in product(spec.arms, spec.tasks):
        graded = task.validation_file is not None
        trained = rows[task.training_file]
        check_snapshots(arm.soft_prompt, trained, "soft_prompt.snapshots", graded=graded)
    for entry, (i, arm) in product(models.values(), enumerate(spec.arms)):
        check_length(arm.soft_prompt, entry, "soft_prompt.num_virtual_tokens")
        check_start(session, project_id, arm.soft_prompt, entry, spec.start_field(i))
    return CheckedInputs(models, rows, find_starts(session, project_id, spec, seeds))


def _models(spec: ExperimentSpec, catalogue: Catalogue) -> dict[str, BaseModelEntry]:
    models = {}
    for i, model in enumerate(spec.models):
        with about(f"models.{i}", "model_not_found"):
            models[model] = catalogue.get(model)
    return models


def _rows(session: Session, project_id: str, spec: ExperimentSpec) -> dict[str, int]:
    rows = {}
    for (i, task), field in product(enumerate(spec.tasks), ("training_file", "validation_file")):
        file_id = getattr(task, field)
        if file_id is not None:
            file = hold_data_file(session, project_id, f"tasks.{i}.{field}", file_id)
            rows[file_id] = file.rows or 0
    return rows


def _job(run: PlannedRun, inputs: CheckedInputs, priority: int) -> Job:
    settings = run.settings
    if run.arm.start is not None:
        start = inputs.starts[run.arm.name, run.model, run.seed]
        settings = settings.model_copy(update={"init": CheckpointInit(id=start)})
    rows = inputs.rows[run.task.training_file]
    return Job(
        arm=run.arm.name,
        queue=inputs.models[run.model].queue,
        model_id=run.model,
        training_file_id=run.task.training_file,
        validation_file_id=run.task.validation_file,
        seed=run.seed,
        metadata_={},
        priority=priority,
        spec=resolve(settings, rows).model_dump(mode="json"),
    )
