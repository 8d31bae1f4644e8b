"""What one run of an experiment came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tsloss_core.spec.experiments import Metric


@dataclass(frozen=True)
class Evaluated:
    """Accuracy (share of rows) and loss (nats per answer token) of a prompt at a step."""

    step: int
    accuracy: float
    loss: float


@dataclass(frozen=True)
class RunOutcome:
    """A run, whatever became of it. Figures are there only where `status` is `succeeded`.

    `status` is the job's, or `missing` where the matrix has a run and no job is there.
    `untuned_accuracy` is the model's without a prompt. `converged_at` is the step at which the
    training rows reached `stop_at_accuracy`; a run that measured this and did not get there within
    its `steps` is censored. `step_seconds` and `gradient_ratio` are medians over the steps, which
    `side_by_side` runs shared. `curve` ends with the last prompt. `structure` holds the last
    snapshot's measures.
    """

    model: str
    task: str
    arm: str
    seed: int
    status: str
    job: str | None = None
    error: str | None = None
    evaluated_on: str | None = None
    rows: int | None = None
    untuned_accuracy: float | None = None
    accuracy: float | None = None
    loss: float | None = None
    steps: int | None = None
    converged_at: int | None = None
    step_seconds: float | None = None
    side_by_side: int = 1
    gradient_ratio: float | None = None
    curve: tuple[Evaluated, ...] = ()
    structure: Mapping[str, float] = field(default_factory=dict)

    @property
    def first_accuracy(self) -> float | None:
        """Accuracy of the prompt that tuning began with, if it was graded."""
        return next((point.accuracy for point in self.curve if point.step == 0), None)

    @property
    def succeeded(self) -> bool:
        """Whether the run has figures."""
        return self.status == "succeeded"

    def graded_at(self, step: int) -> Evaluated | None:
        """Return what the prompt was graded at a step; one that has converged stays as it was."""
        if self.converged_at is not None and self.curve and step > self.converged_at:
            return self.curve[-1]
        return next((point for point in self.curve if point.step == step), None)

    def value(self, metric: Metric) -> float | None:
        """Return what a metric measured; iterations of a censored run are its steps."""
        if metric == "accuracy":
            return self.accuracy
        if metric == "loss":
            return self.loss
        reached = self.converged_at if self.converged_at is not None else self.steps
        return None if reached is None else float(reached)
