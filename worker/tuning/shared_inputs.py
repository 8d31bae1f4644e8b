"""What the jobs of a tuning run have in common: the model, the rows, the untuned model's grade."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.catalogue import BaseModelEntry
from tsloss_core.models import LoadedBase
from tsloss_core.prompts import Recipe, template_hash
from tsloss_core.spec import TuningConfig
from tsloss_core.tuning import Evaluation, TokenRow
from worker.tuning.measuring import Stopwatch


@dataclass(frozen=True)
class SharedInputs:
    """The model with the rows that it is tuned and graded on; `before` is its grade untuned.

    `jobs` is how many are tuned side by side at the start.
    """

    entry: BaseModelEntry
    base: LoadedBase
    training: Sequence[TokenRow]
    validation: Sequence[TokenRow]
    before: Evaluation
    stopwatch: Stopwatch
    jobs: int

    @property
    def graded(self) -> Sequence[TokenRow]:
        """The rows that tell how good a prompt is."""
        return self.validation or self.training

    @property
    def evaluated_on(self) -> str:
        """The field of the request that named those rows."""
        return "validation_file" if self.validation else "training_file"

    def recipe(self, config: TuningConfig) -> Recipe:
        """Return what tells how a prompt of this model is applied."""
        template = template_hash(self.base.tokenizer)
        return Recipe(config.placement, self.entry.id, self.base.revision, template)
