"""One job's part of a tuning run: what it starts from, what it records, how it ends."""

from collections.abc import Callable

from tsloss_core.tuning import (
    Callbacks,
    Evaluation,
    PromptedModel,
    Stopped,
    TuningResult,
    evaluate,
)
from worker.assignment import Assignment
from worker.context import WorkerContext
from worker.errors import RunStoppedError
from worker.tuning.inputs import checkpoint_prompt, config_of
from worker.tuning.recorder import Recorder
from worker.tuning.results import Outcome, store_results
from worker.tuning.resuming import newest_state
from worker.tuning.shared_inputs import SharedInputs

STOPS = frozenset({"cancel", "pause", "timeout", "shutdown", "lease_lost"})


class Member:
    """A job of the run, from its first prompt to its results.

    `start` is the stored prompt that the job begins with, if it names one, and `state` what it goes
    on from, if an attempt has left a state. Raises JobFailedError or
    TuningError where they cannot be read.
    """

    def __init__(
        self, context: WorkerContext, assignment: Assignment, shared: SharedInputs
    ) -> None:
        self.assignment = assignment
        self.config = config_of(assignment.job)
        self._context = context
        self._shared = shared
        self._recipe = shared.recipe(self.config)
        self.recorder = Recorder(
            assignment.run, context.artifacts, self._recipe, shared.stopwatch.on_step
        )
        self.start = checkpoint_prompt(context, assignment.job.project_id, self.config)
        self.state = newest_state(assignment.run, context.artifacts)

    def callbacks(self, on_end: Callable[[TuningResult | Exception], None]) -> Callbacks:
        """Return whom the engine tells about this job."""
        return Callbacks(
            on_step=self.recorder.on_step,
            on_snapshot=self.recorder.on_snapshot,
            on_state=self.recorder.on_state,
            on_end=on_end,
            should_stop=self.assignment.keeper.reason_to_stop,
            state_interval=self._context.settings.state_interval_seconds,
        )

    def finish(self, result: TuningResult | Exception) -> None:
        """Grade the tuned prompt and store what the job leaves.

        Raises TuningError, RunStoppedError, LeaseLostError, or what ended the training.
        """
        if isinstance(result, Exception):
            raise result
        self.recorder.flush()
        if result.stopped is not None and result.stopped in STOPS:
            raise RunStoppedError(result.stopped)
        self.assignment.enter("grading the tuned model")
        shared = self._shared
        outcome = Outcome(
            result,
            shared.before,
            self._grade(result),
            shared.evaluated_on,
            shared.jobs,
            shared.stopwatch.rates(result.state.tokens_at_once) if shared.jobs == 1 else None,
        )
        model = shared.base.model.config
        store_results(self.assignment.run, self._context.artifacts, outcome, self._recipe, model)

    def _grade(self, result: TuningResult) -> Evaluation:
        """The last snapshot's evaluation where it is of the final prompt, else one made here."""
        last = self.recorder.last_snapshot
        if last is not None and last.step == result.state.step and last.validation is not None:
            return last.validation
        shared, stop = self._shared, self.assignment.keeper.reason_to_stop
        base, rows, settings = shared.base, shared.graded, self.config.evaluation
        prompted = PromptedModel(base.model, self.config.placement)
        try:
            with shared.stopwatch.grading(len(rows)):
                return evaluate(prompted, base.tokenizer, result.prompt, rows, settings, stop)
        except Stopped as stopped:
            raise RunStoppedError(str(stopped)) from None
