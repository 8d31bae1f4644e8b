"""What a finished tuning run leaves: result files, the tuned model, the analysis job."""

import csv
import io
import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from store import lifecycle
from store.jobs import ANALYSIS_QUEUE, insert_job, metrics_of
from store.measurements import Rates, record_rates
from store.runs import Run, add_result_files
from store.schema import File, Job
from store.tuned_models import add_tuned_model
from tsloss_core.prompts import Recipe, export_peft, save_prompt
from tsloss_core.spec import AnalysisInput, AnalysisSpec
from tsloss_core.tuning import Evaluation, TuningResult
from tsloss_core.versions import versions
from worker.storage import PatientArtifacts


@dataclass(frozen=True)
class Outcome:
    """A run that came to its end, how the model did before and after it, and how quick it was."""

    result: TuningResult
    before: Evaluation
    after: Evaluation
    evaluated_on: str
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
            "versions": versions(),
        }


def store_results(
    run: Run, artifacts: PatientArtifacts, outcome: Outcome, recipe: Recipe, config: Any
) -> None:
    """Write the result files, then end the job and queue its analysis in one transaction.

    One virtual token has no shape to analyse.

    `config` is the base model's configuration, which a PEFT adapter names.
    """
    contents = {
        "soft_prompt.safetensors": save_prompt(outcome.result.prompt, recipe),
        "predictions_before.jsonl": _predictions(outcome.before),
        "predictions_after.jsonl": _predictions(outcome.after),
        "step_metrics.csv": _metrics(run),
    }
    if recipe.placement == "prefix":
        contents["adapter.zip"] = export_peft(outcome.result.prompt, recipe, config)
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
            insert_job(session, _analysis_of(job), job.project_id, "analysis")

    run.write(end)


def _analysis_of(job: Job) -> Job:
    return Job(
        queue=ANALYSIS_QUEUE,
        source_job_id=job.id,
        metadata_={},
        spec=AnalysisSpec(inputs=(AnalysisInput(fine_tuning_job=job.id),)).model_dump(
            mode="json", exclude_none=True
        ),
    )


def _store(run: Run, artifacts: PatientArtifacts, name: str, data: bytes) -> File:
    key = run.key.artifact_key("result", name)
    artifacts.put(key, data)
    return File(filename=name, bytes=len(data), rows=None, artifact_key=key)


def _predictions(evaluation: Evaluation) -> bytes:
    lines = [json.dumps(asdict(prediction)) for prediction in evaluation.predictions]
    return "".join(f"{line}\n" for line in lines).encode()


def _metrics(run: Run) -> bytes:
    """The steps of every attempt, one column per value, terms flattened as `terms.h0`."""
    with run.transaction() as (session, job):
        steps = [_flat(step) for step in metrics_of(session, job.id)]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(steps[0]) if steps else ["step"])
    writer.writeheader()
    writer.writerows(steps)
    return text.getvalue().encode()


def _flat(step: dict[str, Any]) -> dict[str, Any]:
    terms = {f"terms.{name}": value for name, value in step["terms"].items()}
    return {**{name: value for name, value in step.items() if name != "terms"}, **terms}
