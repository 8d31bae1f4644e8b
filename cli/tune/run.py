"""Runs a tuning job in this process, from its rows to its results."""

import shlex
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from torch import Tensor

from cli.errors import BrokenOffError, CommandError, WrongInputError
from cli.tune.folder import RunFolder
from cli.tune.interrupt import INTERRUPTED, Interrupt
from cli.tune.live import Display
from cli.tune.model import load_model
from cli.tune.recorder import Recorder
from cli.tune.results import analyse, summarize
from tsloss_core.models import LoadedBase
from tsloss_core.prompts import Recipe, load_prompt, template_hash
from tsloss_core.spec import Row
from tsloss_core.tuning import (
    CacheLimits,
    Evaluation,
    InvalidRowError,
    Limits,
    Prediction,
    PromptedModel,
    StateError,
    Stopped,
    TokenRow,
    TuningError,
    TuningResult,
    TuningState,
    choose_grader,
    evaluate,
    prepare,
    result_files,
    tune,
)
from tsloss_core.tuning.loop import first_prompt
from worker.memory import step_bytes


def perform(folder: RunFolder, console: Console) -> dict[str, Any]:
    """Run, or go on with, what the folder asks for; return the summary.

    Raises WrongInputError for rows that the model cannot take, CommandError for a run that failed,
    and BrokenOffError, which says how to go on, for one that was interrupted.
    """
    how = f"go on with: tsloss tune --resume {shlex.quote(str(folder.path))}"
    with Interrupt() as interrupt:
        try:
            with Display(console) as display:
                return TuneRun(folder, interrupt, display).perform()
        except Stopped as stopped:
            raise BrokenOffError(f"Stopped, the state is saved; {how}") from stopped
        except KeyboardInterrupt:
            raise BrokenOffError(f"Ended at once; {how}") from None
        except InvalidRowError as error:
            raise WrongInputError(str(error)) from None
        except StateError as error:
            raise CommandError(f"the saved state cannot be used: {error}") from None
        except TuningError as error:
            raise CommandError(f"{error.code}: {error}") from None


class TuneRun:
    """One process's part of a run."""

    def __init__(self, folder: RunFolder, interrupt: Interrupt, display: Display) -> None:
        self._folder = folder
        self._request = folder.request
        self._config = folder.request.config
        self._interrupt = interrupt
        self._display = display

    def perform(self) -> dict[str, Any]:
        """Go through the phases. Raises Stopped at the first boundary after an interruption."""
        began = time.monotonic()
        self._phase("reading rows")
        data = self._request.data.rows()
        held_out = self._request.validation.rows() if self._request.validation else []
        self._phase("loading model")
        base = load_model(self._request.model, self._request.device, self._display.console)
        training, validation = self._rendered(base, data, "data"), []
        if held_out:
            validation = self._rendered(base, held_out, "validation")
        graded_rows = validation or training
        before = self._before(base, graded_rows)
        recipe = self._recipe(base)
        recorder = Recorder(self._folder, recipe, self._display)
        result = self._train(base, training, validation, recorder)
        after = self._after(base, result, graded_rows, recorder)
        self._phase("computing persistence and drawing figures")
        files = result_files(
            result.prompt, recipe, base.model.config, (before, after), self._folder.steps()
        )
        analysis = analyse(self._folder)
        seconds = time.monotonic() - began
        summary = summarize(self._folder, base, result, (before, after), analysis, seconds)
        self._folder.finish(files | analysis.figures, summary)
        return summary

    def _rendered(self, base: LoadedBase, rows: Sequence[Row], field: str) -> list[TokenRow]:
        file = getattr(self._request, field)
        try:
            rendered = prepare(
                base.model,
                base.tokenizer,
                rows,
                self._config,
                clock=self._request.started_at,
                max_row_tokens=self._request.model.max_row_tokens,
            )
            choose_grader(self._config.evaluation.grader, rendered)
        except InvalidRowError as error:
            raise WrongInputError(f"{file.path}: {error}") from None
        return rendered

    def _before(self, base: LoadedBase, rows: Sequence[TokenRow]) -> Evaluation:
        kept = self._folder.before()
        if kept is not None:
            predictions = tuple(Prediction(**each) for each in kept.pop("predictions"))
            return Evaluation(**kept, predictions=predictions)
        self._phase("grading the untuned model")
        before = self._grade(base, None, rows)
        self._folder.save_before(asdict(before))
        return before

    def _train(
        self,
        base: LoadedBase,
        training: Sequence[TokenRow],
        validation: Sequence[TokenRow],
        recorder: Recorder,
    ) -> TuningResult:
        state = self._state()
        self._folder.forget_after(-1 if state is None else state.step)
        result = tune(
            base.model,
            base.tokenizer,
            training,
            self._config,
            validation=validation,
            state=state,
            initial_prompt=self._first_prompt(base) if state is None else None,
            on_step=recorder.on_step,
            on_snapshot=recorder.on_snapshot,
            on_state=recorder.on_state,
            on_event=recorder.on_event,
            should_stop=self._interrupt.reason,
            limits=self._limits(base),
        )
        if result.stopped == INTERRUPTED:
            raise Stopped(INTERRUPTED)
        return result

    def _after(
        self,
        base: LoadedBase,
        result: TuningResult,
        rows: Sequence[TokenRow],
        recorder: Recorder,
    ) -> Evaluation:
        """The last snapshot's grade where it is of the final prompt, else a new one."""
        if recorder.last_grade is not None and recorder.last_grade[0] == result.state.step:
            return recorder.last_grade[1]
        self._phase("grading the tuned model")
        return self._grade(base, result.prompt, rows)

    def _grade(
        self, base: LoadedBase, prompt: Tensor | None, rows: Sequence[TokenRow]
    ) -> Evaluation:
        prompted = PromptedModel(base.model, self._config.placement)
        settings, stop = self._config.evaluation, self._interrupt.reason
        return evaluate(prompted, base.tokenizer, prompt, rows, settings, stop)

    def _state(self) -> TuningState | None:
        kept = self._folder.state()
        if kept is None:
            return None
        state = TuningState.from_bytes(kept)
        self._display.say(f"Going on after step {state.step}")
        return state

    def _first_prompt(self, base: LoadedBase) -> Tensor:
        """Return what the run starts with. Raises WrongInputError if that does not fit."""
        path = self._request.start_from
        try:
            given = None if path is None else load_prompt(path.read_bytes())[0]
            return first_prompt(self._config, given, base.model, base.tokenizer)
        except (OSError, ValueError) as error:
            named = "init" if path is None else f"--start-from {path}"
            raise WrongInputError(f"{named}: {error}") from None

    def _limits(self, base: LoadedBase) -> Limits:
        cache = CacheLimits(spill=self._folder.unfinished)
        return Limits(cache, step_bytes(base, cache.budget_bytes))

    def _recipe(self, base: LoadedBase) -> Recipe:
        model, placement = self._request.model, self._config.placement
        return Recipe(placement, model.name, base.revision, template_hash(base.tokenizer))

    def _phase(self, name: str) -> None:
        reason = self._interrupt.reason()
        if reason is not None:
            raise Stopped(reason)
        self._display.phase(name)
