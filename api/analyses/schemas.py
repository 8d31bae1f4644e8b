"""Analyses as clients send and see them."""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

from api.analyses.measures import AnalysisOutcome, StructuralMeasures
from api.progress import Progress, progress_of
from api.schemas import JobStatus, RequestModel, unix, unix_or_none
from api.tuning.schemas import JobError, job_error
from store.schema import Diagram, Figure, Job, Statistics
from tsloss_core.spec import AnalysisSettings
from tsloss_core.spec.analysis import MAX_CHECKPOINTS, MAX_INPUTS
from tsloss_core.spec.fields import CheckpointId, FileId

TuningJobId = Annotated[str, StringConstraints(pattern=r"^ftjob-[A-Za-z0-9]{1,58}$")]


def _one_of(*names: str) -> dict[str, JsonValue]:
    """What pydantic's own schema cannot say: exactly one of some fields is given."""
    return {
        "oneOf": [
            {"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in names
        ]
    }


class InputRequest(RequestModel):
    """A point cloud, every snapshot of a finished tuning job, or chosen checkpoints of one job."""

    model_config = ConfigDict(
        json_schema_extra=_one_of("point_cloud_file", "fine_tuning_job", "checkpoints")
    )

    point_cloud_file: FileId | None = None
    fine_tuning_job: TuningJobId | None = None
    checkpoints: list[CheckpointId] | None = Field(None, min_length=1, max_length=MAX_CHECKPOINTS)

    @model_validator(mode="after")
    def _one_source(self) -> "InputRequest":
        given = (self.point_cloud_file, self.fine_tuning_job, self.checkpoints)
        if sum(source is not None for source in given) != 1:
            raise ValueError("give one of point_cloud_file, fine_tuning_job and checkpoints")
        return self


class CreateAnalysis(RequestModel):
    """An analysis of one input, or of several and what lies between them.

    `point_cloud_file`, `fine_tuning_job` and `checkpoints` are the one input; `inputs` are several:
    the distances between them are measured too, and over three or more tuning jobs it is tested
    which relations of structure to performance hold.
    """

    model_config = ConfigDict(
        json_schema_extra=_one_of("point_cloud_file", "fine_tuning_job", "checkpoints", "inputs")
    )

    point_cloud_file: FileId | None = None
    fine_tuning_job: TuningJobId | None = None
    checkpoints: list[CheckpointId] | None = Field(None, min_length=1, max_length=MAX_CHECKPOINTS)
    inputs: list[InputRequest] | None = Field(None, min_length=1, max_length=MAX_INPUTS)
    settings: AnalysisSettings = AnalysisSettings()

    @model_validator(mode="after")
    def _one_form(self) -> "CreateAnalysis":
        given = (self.point_cloud_file, self.fine_tuning_job, self.checkpoints, self.inputs)
        if sum(source is not None for source in given) != 1:
            raise ValueError("give one of point_cloud_file, fine_tuning_job, checkpoints, inputs")
        return self

    def named_inputs(self) -> list[tuple[str, InputRequest]]:
        """Return the inputs, each with what leads the names of its fields in this request."""
        if self.inputs is not None:
            return [(f"inputs.{at}.", given) for at, given in enumerate(self.inputs)]
        one = InputRequest(
            point_cloud_file=self.point_cloud_file,
            fine_tuning_job=self.fine_tuning_job,
            checkpoints=self.checkpoints,
        )
        return [("", one)]


class InputObject(BaseModel):
    """A source of clouds. With `checkpoints`, those of the job alone."""

    point_cloud_file: str | None = None
    fine_tuning_job: str | None = None
    checkpoints: list[str] | None = None


class AnalysisObject(BaseModel):
    """An analysis. `outcome` says how many clouds were analysed.

    Each attempt begins again, and so does its progress.
    `point_cloud_file` and `fine_tuning_job` are those of the first input.
    """

    id: str
    object: Literal["analysis"] = "analysis"
    created_at: int
    started_at: int | None
    finished_at: int | None
    status: JobStatus
    error: JobError | None
    organization_id: str
    inputs: list[InputObject]
    point_cloud_file: str | None
    fine_tuning_job: str | None
    settings: AnalysisSettings
    progress: Progress | None
    outcome: AnalysisOutcome | None


def analysis_object(job: Job) -> AnalysisObject:
    """Return an analysis as its answer."""
    inputs = [InputObject.model_validate(given) for given in job.spec["inputs"]]
    return AnalysisObject(
        id=job.id,
        created_at=unix(job.created_at),
        started_at=unix_or_none(job.started_at),
        finished_at=unix_or_none(job.finished_at),
        status=job.status,
        error=job_error(job),
        organization_id=job.project_id,
        inputs=inputs,
        point_cloud_file=inputs[0].point_cloud_file,
        fine_tuning_job=inputs[0].fine_tuning_job,
        # Not validated: an analysis made before a limit was tightened can still be read.
        settings=AnalysisSettings.model_construct(**job.spec["settings"]),
        progress=progress_of(job.progress),
        outcome=None if job.outcome is None else AnalysisOutcome.model_validate(job.outcome),
    )


class DiagramObject(BaseModel):
    """A persistence diagram. `essential` are the births of the bars that never die.

    `input` is the place of its cloud's source among the inputs of the analysis.
    """

    id: str
    object: Literal["diagram"] = "diagram"
    created_at: int
    analysis: str
    input: int
    step: int
    dimension: int
    births: list[float]
    deaths: list[float]
    essential: list[float]


def diagram_object(diagram: Diagram) -> DiagramObject:
    """Return a diagram as its answer."""
    return DiagramObject(
        id=diagram.id,
        created_at=unix(diagram.created_at),
        analysis=diagram.job_id,
        input=diagram.input,
        step=diagram.step,
        dimension=diagram.dimension,
        births=diagram.births,
        deaths=diagram.deaths,
        essential=diagram.essential,
    )


class StatisticsObject(BaseModel):
    """The measures of one snapshot, ready to plot.

    `token_map` has two coordinates per virtual token, on the leading principal components of all
    snapshots' tokens: the same axes at every step.
    """

    object: Literal["statistics"] = "statistics"
    input: int
    step: int
    values: StructuralMeasures
    token_map: list[list[float]] | None


def statistics_object(statistics: Statistics) -> StatisticsObject:
    """Return a snapshot's measures as their answer."""
    return StatisticsObject(
        input=statistics.input,
        step=statistics.step,
        values=StructuralMeasures.model_validate(statistics.values),
        token_map=statistics.token_map,
    )


class FigureObject(BaseModel):
    """A figure and where to fetch it; with format `json` it is the data that is drawn."""

    object: Literal["figure"] = "figure"
    name: str
    format: str
    url: str


def figure_object(figure: Figure) -> FigureObject:
    """Return a figure as its answer."""
    url = f"/v1/analyses/{figure.job_id}/figures/{figure.name}.{figure.format}"
    return FigureObject(name=figure.name, format=figure.format, url=url)
