"""Whether a prompt answers enough rows, found by looking at no more of them than that takes."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from torch import Tensor

from tsloss_core.spec.evaluation import EvaluationSpec
from tsloss_core.tuning.evaluation.batches import BATCH
from tsloss_core.tuning.evaluation.evaluate import Grading
from tsloss_core.tuning.evaluation.graders import choose_grader, is_correct
from tsloss_core.tuning.gradients import OnEvent
from tsloss_core.tuning.prompted import PromptedModel
from tsloss_core.tuning.rendering import TokenRow


def reaches(
    wanted: float,
    prompted: PromptedModel,
    tokenizer: Any,
    prompt: Tensor,
    rows: Sequence[TokenRow],
    settings: EvaluationSpec,
    should_stop: Callable[[], str | None] | None = None,
    on_event: OnEvent | None = None,
) -> bool:
    """Return whether `prompt` (n, d) answers at least the share `wanted` of the rows.

    Graded as by `evaluate`, and raises what it raises. The rows are looked at in their order, until
    too many are wrong: of a prompt that still learns, the first few tell. What is looked at
    together depends on nothing else, so that a resumed run ends at the same step.
    """
    grader = choose_grader(settings.grader, rows)
    wrong = 0
    with prompted.prefix_kept(prompt, rows):
        for piece in _growing(rows):
            grading = Grading(prompted, tokenizer, prompt, piece, should_stop, on_event)
            answers = grading.answers(grader, settings.max_new_tokens)
            wrong += sum(
                not is_correct(grader, row.row.completion, answer)
                for row, answer in zip(piece, answers, strict=True)
            )
            if (len(rows) - wrong) / len(rows) < wanted:
                return False
    return True


def _growing(rows: Sequence[TokenRow]) -> Iterator[Sequence[TokenRow]]:
    """One row, two, four, and so on up to a batch."""
    at, size = 0, 1
    while at < len(rows):
        yield rows[at : at + size]
        at, size = at + size, min(2 * size, BATCH)
