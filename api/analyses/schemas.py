"""Analyses as clients send and see them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, JsonValue, StringConstraints, model_validator

from api.analyses.measures import AnalysisOutcome, StructuralMeasures
from api.progress import Progress, progress_of
from api.schemas import JobStatus, RequestModel, unix, unix_or_none
from api.tuning.schemas import FileId, JobError, job_error
from store.schema import Diagram, Figure, Job, Statistics
from tsloss_core.spec import AnalysisSettings

TuningJobId = Annotated[str, StringConstraints(pattern=r"^ftjob-[A-Za-z0-9]{1,58}$")]


_ONE_INPUT: list[JsonValue] = [
    {"required": [name], "properties": {name: {"type": "string"}}}
    for name in ("point_cloud_file", "fine_tuning_job")
]


class CreateAnalysis(RequestModel):
    """An analysis of one point cloud, or of every snapshot of a finished tuning job."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _ONE_INPUT})

    point_cloud_file: FileId | None = None
    fine_tuning_job: TuningJobId | None = None
    settings: AnalysisSettings = AnalysisSettings()

    @model_validator(mode="after")
    def _one_input(self) -> "CreateAnalysis":
        if (self.point_cloud_file is None) == (self.fine_tuning_job is None):
            raise ValueError("give either point_cloud_file or fine_tuning_job")
        return self


class AnalysisObject(BaseModel):
    """An analysis of one cloud or of the snapshots of a tuning job."""

    id: str
    object: Literal["analysis"] = "analysis"
    created_at: int
    started_at: int | None
    finished_at: int | None
    status: JobStatus
    error: JobError | None
    organization_id: str
    point_cloud_file: str | None
    fine_tuning_job: str | None
    settings: AnalysisSettings
    progress: Progress | None
    outcome: AnalysisOutcome | None


def analysis_object(job: Job) -> AnalysisObject:
    """Return an analysis as its answer."""
    return AnalysisObject(
        id=job.id,
        created_at=unix(job.created_at),
        started_at=unix_or_none(job.started_at),
        finished_at=unix_or_none(job.finished_at),
        status=job.status,
        error=job_error(job),
        organization_id=job.project_id,
        point_cloud_file=job.point_cloud_file_id,
        fine_tuning_job=job.source_job_id,
        settings=AnalysisSettings.model_validate(job.spec),
        progress=progress_of(job.progress),
        outcome=None if job.outcome is None else AnalysisOutcome.model_validate(job.outcome),
    )


class DiagramObject(BaseModel):
    """A persistence diagram. `essential` are the births of the bars that never die."""

    id: str
    object: Literal["diagram"] = "diagram"
    created_at: int
    analysis: str
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
        step=diagram.step,
        dimension=diagram.dimension,
        births=diagram.births,
        deaths=diagram.deaths,
        essential=diagram.essential,
    )


class StatisticsObject(BaseModel):
    """The structural measures of one snapshot, ready to plot.

    `token_map` has two coordinates per virtual token, on the leading principal components of all
    snapshots' tokens: the same axes at every step.
    """

    object: Literal["statistics"] = "statistics"
    step: int
    values: StructuralMeasures
    token_map: list[list[float]] | None


def statistics_object(statistics: Statistics) -> StatisticsObject:
    """Return a snapshot's measures as their answer."""
    values = StructuralMeasures.model_validate(statistics.values)
    return StatisticsObject(step=statistics.step, values=values, token_map=statistics.token_map)


class FigureObject(BaseModel):
    """A figure and where to fetch it."""

    object: Literal["figure"] = "figure"
    name: str
    format: str
    url: str


def figure_object(figure: Figure) -> FigureObject:
    """Return a figure as its answer."""
    url = f"/v1/analyses/{figure.job_id}/figures/{figure.name}.{figure.format}"
    return FigureObject(name=figure.name, format=figure.format, url=url)
