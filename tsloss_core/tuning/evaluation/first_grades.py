"""Grades of first prompts: runs that differ in what comes later begin with the same one."""

from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor

from tsloss_core.spec.evaluation import EvaluationSpec
from tsloss_core.tuning.records import Evaluation

_Key = tuple[bytes, str, int]


@dataclass(frozen=True)
class FirstGrades:
    """What runs beside each other, on the same rows, have graded before their first steps."""

    _known: dict[_Key, Evaluation] = field(default_factory=dict)

    def of(
        self, prompt: Tensor, settings: EvaluationSpec, grade: Callable[[], Evaluation]
    ) -> Evaluation:
        """Return the grade of `prompt` (n, d), by `grade` where no run has asked for it yet.

        Prompts are the same where their bits are.
        """
        key = prompt.cpu().numpy().tobytes(), settings.grader, settings.max_new_tokens
        if key not in self._known:
            self._known[key] = grade()
        return self._known[key]
