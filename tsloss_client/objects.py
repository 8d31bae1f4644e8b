"""What the service answers, in the service's own words.

Fields that a newer service adds are kept and ignored, so that an older client goes on working.
Times are unix seconds.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

FINAL = frozenset({"succeeded", "failed", "cancelled"})
"""The states that a job does not leave by itself."""


class Answer(BaseModel):
    """A value that the service told; it does not change."""

    model_config = ConfigDict(extra="allow", frozen=True)


class File(Answer):
    """A file. `rows` counts the training rows of a data file."""

    id: str
    bytes: int
    created_at: int
    filename: str
    purpose: str
    rows: int | None


class Model(Answer):
    """A base model of the operator's catalogue, or one with a tuned prompt."""

    id: str
    created: int
    owned_by: str
    base_model: str | None = None
    fine_tuning_job: str | None = None
    max_row_tokens: int | None = None
    max_virtual_tokens: int | None = None


class JobError(Answer):
    """Why a job failed; `code` is for programs, `param` names the field at fault."""

    code: str
    message: str
    param: str | None = None


class Progress(Answer):
    """Where a run stands. What is not known yet is None."""

    phase: str | None = None
    step: int | None = None
    of: int | None = None
    percent: float | None = None
    steps_per_second: float | None = None
    finishes_at: int | None = None


class Work(Answer):
    """What a tuning job and an analysis have in common."""

    id: str
    created_at: int
    started_at: int | None
    finished_at: int | None
    status: str
    error: JobError | None
    organization_id: str
    progress: Progress | None
    outcome: dict[str, Any] | None

    @property
    def is_final(self) -> bool:
        """Whether it has ended."""
        return self.status in FINAL


class Job(Work):
    """A tuning job, with every "auto" resolved. `analysis` is the newest one of its snapshots."""

    estimated_finish: int | None
    model: str
    fine_tuned_model: str | None
    training_file: str
    validation_file: str | None
    result_files: list[str]
    trained_tokens: int | None
    seed: int
    suffix: str | None
    metadata: dict[str, str]
    method: dict[str, Any]
    priority: int
    progress_at: int | None
    cancel_requested_at: int | None
    pause_requested_at: int | None
    attempt: int
    analysis: str | None


class Analysis(Work):
    """An analysis of one point cloud, or of the snapshots of a tuning job."""

    point_cloud_file: str | None
    fine_tuning_job: str | None
    settings: dict[str, Any]


class ExperimentJobs(Answer):
    """An experiment's jobs by status. `missing` were deleted."""

    planned: int
    queued: int
    validating_files: int
    running: int
    paused: int
    succeeded: int
    failed: int
    cancelled: int
    missing: int


class Experiment(Answer):
    """Models x tasks x arms x seeds as tuning jobs, and one comparison.

    `incomplete` means that all jobs have ended and some, not all, succeeded. With less than
    `fewest_seeds` no difference of any size can be significant; None without comparisons.
    """

    id: str
    created_at: int
    started_at: int | None
    finished_at: int | None
    status: str
    name: str
    organization_id: str
    priority: int
    metadata: dict[str, str]
    jobs: ExperimentJobs
    progress: Progress
    fewest_seeds: int | None = None
    settings: dict[str, Any]

    @property
    def is_final(self) -> bool:
        """Whether all its jobs have ended."""
        return self.status in FINAL or self.status == "incomplete"


class Event(Answer):
    """Something that happened to a job. `number` counts a job's events from 1 without gaps."""

    id: str
    created_at: int
    number: int
    level: str
    type: str
    message: str
    data: dict[str, Any]


class Position(Answer):
    """Where a job stands, as its event stream tells it."""

    status: str
    progress: Progress | None

    @property
    def is_final(self) -> bool:
        """Whether the job has ended."""
        return self.status in FINAL


class Checkpoint(Answer):
    """The prompt alone at a step, and the vocabulary token nearest to each virtual token."""

    id: str
    created_at: int
    fine_tuning_job_id: str
    fine_tuned_model_checkpoint: str
    step_number: int
    epoch: int
    metrics: dict[str, Any]
    nearest_tokens: list[Any]


class Step(Answer):
    """What was measured at a step: loss, regularizer, terms, gradient_ratio and more by name."""

    step: int
    values: dict[str, Any]


class Statistics(Answer):
    """The structural measures of one cloud, by dimension (`h0`, `h1`) and `geometry`.

    `input` is the place of its source among the inputs of the analysis.
    """

    input: int = 0
    step: int
    values: dict[str, Any]


class Estimate(Answer):
    """What a job would take. What is not known is None, and `unknown` says why."""

    steps: int
    tokens: int | None
    memory_bytes: int | None
    seconds: float | None
    device: str | None
    unknown: dict[str, str]


class Diagram(Answer):
    """A persistence diagram. `essential` are the births of the bars that never die."""

    id: str
    created_at: int
    analysis: str
    step: int
    dimension: int
    births: list[float]
    deaths: list[float]
    essential: list[float]


class Figure(Answer):
    """A figure, and the path under which the service has it."""

    name: str
    format: str
    url: str


class Webhook(Answer):
    """A webhook. `disabled_at` tells since when its receiver is gone."""

    id: str
    url: str
    events: list[str]
    created_at: int
    disabled_at: int | None


class NewWebhook(Webhook):
    """A new webhook, with the secret that verifies its messages. It is told once."""

    secret: str


class Delivery(Answer):
    """A message to a webhook, and what became of it."""

    id: str
    event: str
    job_id: str
    state: Literal["waiting", "delivered", "failed"]
    tries: int
    next_try_at: int | None
    answer_status: int | None
    error: str | None
    created_at: int
    delivered_at: int | None


class Deleted(Answer):
    """Something that is gone."""

    id: str
    deleted: bool
