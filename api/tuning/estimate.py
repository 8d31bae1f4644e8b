"""What a job would take, from stored row lengths and what workers measured: no model is loaded."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.tuning.create import check_request
from api.tuning.schemas import CreateJob
from store.catalogue import Catalogue
from store.files import Files
from store.measurements import newest_rates, row_lengths
from store.schema import Measurement
from tsloss_core.spec import (
    SoftPromptSpec,
    planned_epochs,
    planned_gradings,
    planned_steps,
    resolve,
)

UNCOUNTED = "no worker has counted this file's tokens for this model yet: a first job does"
UNMEASURED = "no job with this model, placement and precision has finished yet"


class EstimateObject(BaseModel):
    """What a job would take. What is not known is null, and `unknown` says why.

    `tokens` are those that training computes, virtual ones among them; `seconds` counts training
    and grading on `device`, the one that was measured last; `memory_bytes` is what a step takes
    beside the model.
    """

    object: Literal["fine_tuning.estimate"] = "fine_tuning.estimate"
    steps: int
    tokens: int | None
    memory_bytes: int | None
    seconds: float | None
    device: str | None
    unknown: dict[str, str]


@dataclass(frozen=True)
class Plan:
    """How much a job computes: its steps, the rows of each, and the rows that it grades."""

    spec: SoftPromptSpec
    rows: int
    graded_rows_at_once: int
    has_validation: bool

    @property
    def rows_per_step(self) -> int:
        """Rows that a step sees."""
        settings = self.spec.hyperparameters
        return int(settings.batch_size) * settings.gradient_accumulation

    @property
    def steps(self) -> int:
        """Steps of the job."""
        return planned_steps(self.spec, self.rows)

    @property
    def graded_rows(self) -> int:
        """Rows graded before, after and at the snapshots between.

        And the training rows at each epoch, where these decide whether the job ends.
        """
        evaluation = self.spec.evaluation
        between = planned_gradings(self.spec, self.rows) if self.has_validation else 0
        looks = planned_epochs(self.spec, self.rows) if evaluation.stop_at_accuracy else 0
        return self.graded_rows_at_once * (2 + between) + self.rows * looks

    def tokens(self, lengths: list[int]) -> int:
        """Tokens that training computes on rows of these lengths."""
        per_row = sum(lengths) / len(lengths) + self.spec.num_virtual_tokens
        rows = min(self.steps * self.rows_per_step, self.rows * _epochs(self.spec))
        return round(per_row * rows)

    def step_tokens(self, lengths: list[int]) -> int:
        """Padded tokens of the largest step, or of the largest pass that it is cut into."""
        settings, longest = self.spec.hyperparameters, max(lengths) + self.spec.num_virtual_tokens
        step = int(settings.batch_size) * longest
        return min(step, max(longest, settings.max_tokens_per_pass or step))


def estimate_job(
    session: Session, project_id: str, request: CreateJob, catalogue: Catalogue
) -> EstimateObject:
    """Estimate a job. Raises a 404 or 422 that names the field."""
    entry = check_request(session, project_id, request, catalogue)
    plan = _plan(session, project_id, request)
    lengths = row_lengths(session, request.training_file, entry.id)
    precision = plan.spec.hyperparameters.precision
    rates = newest_rates(session, entry.id, plan.spec.placement, precision)
    known = _known(plan, lengths, rates)
    return EstimateObject(steps=plan.steps, unknown=_unknown(lengths, rates), **known)


def _plan(session: Session, project_id: str, request: CreateJob) -> Plan:
    files = Files(session, project_id)
    rows = files.get(request.training_file).rows or 0
    validation = request.validation_file
    graded = rows if validation is None else files.get(validation).rows or 0
    spec = resolve(request.method.soft_prompt, rows)
    return Plan(spec, rows, graded, validation is not None)


def _known(plan: Plan, lengths: list[int] | None, rates: Measurement | None) -> dict[str, Any]:
    known: dict[str, Any] = dict.fromkeys(("tokens", "memory_bytes", "seconds", "device"))
    if lengths is not None:
        known["tokens"] = plan.tokens(lengths)
    if rates is not None:
        known["device"] = rates.device
    if lengths is not None and rates is not None:
        grading = plan.graded_rows / rates.graded_rows_per_second
        known["seconds"] = round(known["tokens"] / rates.tokens_per_second + grading, 1)
        known["memory_bytes"] = round(plan.step_tokens(lengths) * rates.bytes_per_token)
    return known


def _unknown(lengths: list[int] | None, rates: Measurement | None) -> dict[str, str]:
    unknown = {}
    if lengths is None:
        unknown["tokens"] = UNCOUNTED
    if rates is None:
        unknown["device"] = UNMEASURED
    if unknown:
        reason = "; ".join(unknown.values())
        unknown.update(seconds=reason, memory_bytes=reason)
    return unknown


def _epochs(spec: SoftPromptSpec) -> int:
    return int(spec.hyperparameters.n_epochs)
