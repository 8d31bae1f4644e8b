"""What the runs of an experiment say, and how sure one can be of it."""

from tsloss_core.experiments.compare import compare_runs
from tsloss_core.experiments.markdown import render_markdown
from tsloss_core.experiments.outcomes import Evaluated, RunOutcome
from tsloss_core.experiments.reach import fewest_seeds, seeds_needed
from tsloss_core.experiments.report import ExperimentReport
from tsloss_core.experiments.sections import sections

__all__ = [
    "Evaluated",
    "ExperimentReport",
    "RunOutcome",
    "compare_runs",
    "fewest_seeds",
    "render_markdown",
    "sections",
    "seeds_needed",
]
