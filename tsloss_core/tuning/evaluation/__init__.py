"""Grading of prompts."""

from tsloss_core.tuning.evaluation.evaluate import Stopped, evaluate
from tsloss_core.tuning.evaluation.first_grades import FirstGrades
from tsloss_core.tuning.evaluation.graders import choose_grader, is_correct, last_number
from tsloss_core.tuning.evaluation.reaching import reaches

__all__ = [
    "FirstGrades",
    "Stopped",
    "choose_grader",
    "evaluate",
    "is_correct",
    "last_number",
    "reaches",
]
