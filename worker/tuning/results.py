"""What a finished tuning run leaves: result files, the tuned model, the analysis job."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from store import lifecycle
from store.jobs import analysis_job, insert_job
from store.measurements import Rates, record_rates
from store.runs import Run, add_result_files
from store.schema import File, Job
from store.trajectories import metrics_of
from store.tuned_models import add_tuned_model
from tsloss_core.prompts import Recipe
from tsloss_core.spec import AnalysisInput, AnalysisSpec
from tsloss_core.tuning import Evaluation, TuningResult, result_files
from tsloss_core.versions import versions
from worker.storage import PatientArtifacts


@dataclass(frozen=True)
class Outcome:
    """A run that came to its end, how the model did before and after it, and how quick it was.

    `co_tuned` is how many jobs shared its passes, itself among them.
    """

    result: TuningResult
    before: Evaluation
    after: Evaluation
    evaluated_on: str
    co_tuned: int
    rates: Rates | None

    def summary(self) -> dict[str, Any]:
        """Return what the job reports."""
        return {
            "grader": self.after.grader,
            "evaluated_on": self.evaluated_on,
            "rows": len(self.after.predictions),
            "accuracy_before": self.before.accuracy,
            "accuracy_after": self.after.accuracy,
            "loss_before": self.before.loss,
            "loss_after": self.after.loss,
            "steps": self.result.state.step,
            "converged_at": self.result.converged_at,
            "co_tuned": self.co_tuned,
            "versions": versions(),
        }


def store_results(
    run: Run, artifacts: PatientArtifacts, outcome: Outcome, recipe: Recipe, config: Any
) -> None:
    """Write the result files, then end the job and queue its analysis in one transaction.

    One virtual token has no shape to analyse.

    `config` is the base model's configuration, which a PEFT adapter names.
    """
    with run.transaction() as (session, job):
        steps = metrics_of(session, job.id)
    prompt, graded = outcome.result.prompt, (outcome.before, outcome.after)
    contents = result_files(prompt, recipe, config, graded, steps)
    files = [_store(run, artifacts, name, data) for name, data in contents.items()]

    def end(session: Session, job: Job) -> None:
        add_result_files(session, job, files)
        add_tuned_model(session, job, files[0].artifact_key)
        lifecycle.succeed(session, job, outcome.summary())
        if outcome.rates is not None:
            precision = job.spec["hyperparameters"]["precision"]
            placement = recipe.placement
            record_rates(session, str(job.model_id), placement, precision, outcome.rates)
        if len(outcome.result.prompt) > 1:
            spec = AnalysisSpec(inputs=(AnalysisInput(fine_tuning_job=job.id),))
            insert_job(session, analysis_job(spec), job.project_id, "analysis")

    run.write(end)


def _store(run: Run, artifacts: PatientArtifacts, name: str, data: bytes) -> File:
    key = run.key.artifact_key("result", name)
    artifacts.put(key, data)
    return File(filename=name, bytes=len(data), rows=None, artifact_key=key)
