"""What runs of an experiment read, by the fields of the request for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from store.sources import Source
from tsloss_core.spec.experiments import ExperimentSpec


@dataclass(frozen=True)
class RunSources:
    """What one run reads: its task's files, and the checkpoint that its arm starts from."""

    arm: str
    training_file: str
    validation_file: str | None
    checkpoint: str | None


def sources_of_runs(spec: ExperimentSpec, runs: Iterable[RunSources]) -> list[Source]:
    """Return what runs read, each thing once."""
    tasks = {(task.training_file, task.validation_file): i for i, task in enumerate(spec.tasks)}
    starts = {arm.name: spec.start_field(i) for i, arm in enumerate(spec.arms)}

    def named(run: RunSources) -> Iterator[Source]:
        task = tasks[run.training_file, run.validation_file]
        yield Source("file", run.training_file, f"tasks.{task}.training_file")
        if run.validation_file is not None:
            yield Source("file", run.validation_file, f"tasks.{task}.validation_file")
        if run.checkpoint is not None:
            yield Source("checkpoint", run.checkpoint, starts[run.arm])

    return list(dict.fromkeys(source for run in runs for source in named(run)))
