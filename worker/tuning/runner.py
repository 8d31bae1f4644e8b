"""Runs tuning jobs from their rows to their results: one, or several that share their passes."""

from functools import partial

from store.catalogue import BaseModelEntry
from store.errors import NotFoundError
from tsloss_core.models import LoadedBase
from tsloss_core.tuning import (
    CacheLimits,
    Evaluation,
    Limits,
    PromptedModel,
    TokenRow,
    TuningResult,
    evaluate,
    tune_many,
)
from worker.assignment import Assignment
from worker.context import WorkerContext
from worker.errors import JobFailedError
from worker.group import Group
from worker.memory import run_limits
from worker.tuning.inputs import config_of, read_rows
from worker.tuning.measuring import Stopwatch
from worker.tuning.member import Member
from worker.tuning.shared_inputs import SharedInputs
from worker.warm_model import get_base

Rows = tuple[list[TokenRow], list[TokenRow]]


def run_tuning(context: WorkerContext, group: Group) -> None:
    """Validate, train, grade and store.

    Raises NobodyLeftError when every job has ended before training, or what is no single job's
    fault.
    """
    TuningRun(context, group).perform()


class TuningRun:
    """One attempt at the jobs of a group, which agree in model, files and shape of the prompt."""

    def __init__(self, context: WorkerContext, group: Group) -> None:
        self._context = context
        self._group = group
        self._config = config_of(group.active[0].job)

    def perform(self) -> None:
        """Go through the phases that the jobs share."""
        self._group.enter("loading model")
        entry = self._entry(self._group.active[0])
        base = get_base(entry)
        self._group.enter("validating files")
        training, validation = self._read(entry, base)
        limits = run_limits(base, training, self._config, self._cache_limits())
        self._group.each(lambda member: member.run.start())
        device = base.model.get_input_embeddings().weight.device
        stopwatch = Stopwatch(self._config, training, device)
        self._group.enter("grading the untuned model")
        before = self._grade_untuned(base, validation or training, stopwatch)
        jobs = len(self._group.active)
        self._tune(SharedInputs(entry, base, training, validation, before, stopwatch, jobs), limits)

    def _entry(self, member: Assignment) -> BaseModelEntry:
        try:
            return self._context.catalogue.get(str(member.job.model_id))
        except NotFoundError as error:
            raise JobFailedError("model_not_loadable", str(error), "model") from None

    def _read(self, entry: BaseModelEntry, base: LoadedBase) -> Rows:
        """Render the rows once; a job that cannot do it is ended and the next one tries."""
        found: list[Rows] = []

        def read(member: Assignment) -> None:
            if not found:
                found.append(read_rows(self._context, member.job, member.run, entry, base))

        self._group.each(read)
        return found[0]

    def _grade_untuned(
        self, base: LoadedBase, rows: list[TokenRow], stopwatch: Stopwatch
    ) -> Evaluation:
        prompted = PromptedModel(base.model, self._config.placement)
        settings = self._config.evaluation
        with stopwatch.grading(len(rows)):
            return evaluate(prompted, base.tokenizer, None, rows, settings, self._group.check)

    def _tune(self, shared: SharedInputs, limits: Limits) -> None:
        members: list[Member] = []
        self._group.each(lambda one: members.append(Member(self._context, one, shared)))
        tune_many(
            shared.base.model,
            shared.base.tokenizer,
            shared.training,
            [member.config for member in members],
            validation=shared.validation,
            states=[member.state for member in members],
            initial_prompts=[member.start for member in members],
            callbacks=[member.callbacks(partial(self._end, member)) for member in members],
            on_event=partial(self._tell, members),
            limits=limits,
        )

    def _end(self, member: Member, result: TuningResult | Exception) -> None:
        """A job is through while others may go on."""
        self._group.attempt(member.assignment, partial(member.finish, result))
        self._group.end(member.assignment)

    def _tell(self, members: list[Member], name: str, figures: dict[str, float]) -> None:
        for member in members:
            tell = partial(member.recorder.on_event, name, figures)
            self._group.attempt(member.assignment, tell)

    def _cache_limits(self) -> CacheLimits:
        settings = self._context.settings
        scratch = settings.data_dir / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        return CacheLimits(settings.context_cache_bytes, scratch)
