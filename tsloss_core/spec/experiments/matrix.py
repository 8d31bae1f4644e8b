"""An experiment with nothing left open, and the runs that it consists of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from pydantic import Field

from tsloss_core.spec.base import Spec
from tsloss_core.spec.experiments.arms import Arm
from tsloss_core.spec.experiments.tasks import Comparison, Metric, Task
from tsloss_core.spec.regularizers import RandomDirectionSpec
from tsloss_core.spec.soft_prompt import SoftPromptSpec


@dataclass(frozen=True)
class PlannedRun:
    """One run of the matrix."""

    model: str
    task: Task
    arm: Arm
    seed: int

    @property
    def settings(self) -> SoftPromptSpec:
        """The arm's settings. A random direction is drawn anew for each seed."""
        common = self.arm.soft_prompt
        if not isinstance(common.regularizer, RandomDirectionSpec):
            return common
        own = common.regularizer.model_copy(update={"seed": self.seed})
        return common.model_copy(update={"regularizer": own})


class ExperimentSpec(Spec):
    """Every setting of an experiment, as it is stored and reported."""

    preset: str | None
    models: tuple[str, ...]
    tasks: tuple[Task, ...]
    seeds: tuple[int, ...]
    arms: tuple[Arm, ...]
    comparisons: tuple[Comparison, ...]
    primary: Metric
    extensions: int = Field(0, ge=0, description="How often seeds were added after the start.")

    @property
    def size(self) -> int:
        """Number of runs."""
        return self.runs_per_seed * len(self.seeds)

    @property
    def tests(self) -> int:
        """Number of comparisons that Holm's correction holds together, over models and tasks."""
        return len(self.models) * len(self.tasks) * len(self.comparisons)

    @property
    def runs_per_seed(self) -> int:
        """Number of runs that one more seed adds."""
        return len(self.models) * len(self.tasks) * len(self.arms)

    def start_field(self, arm: int) -> str:
        """Return the field of the request that says where an arm's runs start."""
        if self.arms[arm].start is None:
            return f"arms.{arm}.init.id"
        return "source" if self.preset == "transfer" else f"arms.{arm}.init"

    def runs(self, seeds: Sequence[int] | None = None) -> Iterator[PlannedRun]:
        """Yield the runs of all seeds, or of some.

        Seed by seed, so that an experiment that stops early has complete pairs; the arms of one
        model and task stand together.
        """
        chosen = self.seeds if seeds is None else seeds
        for seed, model, task, arm in product(chosen, self.models, self.tasks, self.arms):
            yield PlannedRun(model, task, arm, seed)
