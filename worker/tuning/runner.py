"""Runs a tuning job from its row to its results."""

from collections.abc import Sequence

from torch import Tensor

from store.catalogue import BaseModelEntry
from store.errors import NotFoundError
from store.runs import Run
from store.schema import Job
from tsloss_core.models import LoadedBase
from tsloss_core.prompts import Recipe, template_hash
from tsloss_core.tuning import (
    CacheLimits,
    Evaluation,
    Limits,
    PromptedModel,
    Stopped,
    TokenRow,
    TuningConfig,
    TuningError,
    TuningResult,
    evaluate,
    tune,
)
from worker.context import WorkerContext
from worker.errors import JobFailedError, RunStoppedError
from worker.lease import LeaseKeeper
from worker.memory import step_bytes
from worker.tuning.inputs import checkpoint_prompt, read_rows
from worker.tuning.measuring import Stopwatch
from worker.tuning.recorder import Recorder
from worker.tuning.results import Outcome, store_results
from worker.tuning.resuming import newest_state
from worker.warm_model import get_base

STOPS = frozenset({"cancel", "pause", "timeout", "shutdown", "lease_lost"})


def run_tuning(context: WorkerContext, job: Job, run: Run, keeper: LeaseKeeper) -> None:
    """Validate, train, grade and store.

    Raises JobFailedError, RunStoppedError, or LeaseLostError.
    """
    TuningRun(context, job, run, keeper).perform()


class TuningRun:
    """One attempt at a tuning job."""

    def __init__(self, context: WorkerContext, job: Job, run: Run, keeper: LeaseKeeper) -> None:
        self._context = context
        self._job = job
        self._run = run
        self._keeper = keeper
        self._config = TuningConfig.model_validate({**job.spec, "seed": job.seed})

    def perform(self) -> None:
        """Go through the job's phases."""
        self._phase("loading model")
        entry = self._entry()
        base = get_base(entry)
        self._phase("validating files")
        training, validation = read_rows(self._context, self._job, self._run, entry, base)
        self._run.start()
        graded_rows = validation or training
        device = base.model.get_input_embeddings().weight.device
        self._stopwatch = Stopwatch(self._config, training, device)
        self._phase("grading the untuned model")
        before = self._grade(base, None, graded_rows)
        recipe = self._recipe(entry, base)
        recorder = Recorder(self._run, self._context.artifacts, recipe, self._stopwatch.on_step)
        result = self._train(base, training, validation, recorder)
        self._phase("grading the tuned model")
        after = self._grade_after(base, result, graded_rows, recorder)
        evaluated_on = "validation_file" if validation else "training_file"
        outcome = Outcome(result, before, after, evaluated_on, self._stopwatch.rates())
        store_results(self._run, self._context.artifacts, outcome, recipe, base.model.config)

    def _train(
        self,
        base: LoadedBase,
        training: Sequence[TokenRow],
        validation: Sequence[TokenRow],
        recorder: Recorder,
    ) -> TuningResult:
        try:
            result = tune(
                base.model,
                base.tokenizer,
                training,
                self._config,
                validation=validation,
                state=newest_state(self._run, self._context.artifacts),
                initial_prompt=checkpoint_prompt(self._context, self._job.project_id, self._config),
                on_step=recorder.on_step,
                on_snapshot=recorder.on_snapshot,
                on_state=recorder.on_state,
                on_event=recorder.on_event,
                should_stop=self._keeper.reason_to_stop,
                state_interval=self._context.settings.state_interval_seconds,
                limits=self._limits(base),
            )
        except TuningError as error:
            raise JobFailedError(error.code, str(error)) from error
        recorder.flush()
        if result.stopped in STOPS:
            self._stop_if_asked()
        return result

    def _grade_after(
        self,
        base: LoadedBase,
        result: TuningResult,
        rows: Sequence[TokenRow],
        recorder: Recorder,
    ) -> Evaluation:
        """The last snapshot's evaluation where it is of the final prompt, else a new one."""
        last = recorder.last_snapshot
        if last is not None and last.step == result.state.step and last.validation is not None:
            return last.validation
        return self._grade(base, result.prompt, rows)

    def _grade(
        self, base: LoadedBase, prompt: Tensor | None, rows: Sequence[TokenRow]
    ) -> Evaluation:
        prompted = PromptedModel(base.model, self._config.placement)
        settings, stop = self._config.evaluation, self._keeper.reason_to_stop
        try:
            with self._stopwatch.grading(len(rows)):
                return evaluate(prompted, base.tokenizer, prompt, rows, settings, stop)
        except Stopped:
            self._stop_if_asked()
            raise

    def _limits(self, base: LoadedBase) -> Limits:
        settings = self._context.settings
        scratch = settings.data_dir / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        cache = CacheLimits(settings.context_cache_bytes, scratch)
        return Limits(cache, step_bytes(base, settings.context_cache_bytes))

    def _entry(self) -> BaseModelEntry:
        try:
            return self._context.catalogue.get(str(self._job.model_id))
        except NotFoundError as error:
            raise JobFailedError("model_not_loadable", str(error), "model") from None

    def _recipe(self, entry: BaseModelEntry, base: LoadedBase) -> Recipe:
        return Recipe(
            self._config.placement, entry.id, base.revision, template_hash(base.tokenizer)
        )

    def _phase(self, name: str) -> None:
        """Tell what the run does now; a boundary at which it can be asked to end."""
        self._stop_if_asked()
        self._run.record_progress({"phase": name})

    def _stop_if_asked(self) -> None:
        reason = self._keeper.reason_to_stop()
        if reason is not None:
            raise RunStoppedError(reason)
