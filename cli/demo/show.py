"""Prints what the demonstration found."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from tsloss_client import Diagram, Job


def show_results(console: Console, job: Job, diagrams: list[Diagram], paths: list[Path]) -> None:
    """Print accuracy before and after, the stored diagrams, and the files."""
    outcome = job.outcome or {}
    table = Table("", "before", "after", title=f"{outcome['rows']} held-out rows")
    for what in ("accuracy", "loss"):
        table.add_row(what, *(f"{outcome[f'{what}_{when}']:.3f}" for when in ("before", "after")))
    console.print(table)
    steps = sorted({diagram.step for diagram in diagrams})
    console.print(f"Tuned model: {job.fine_tuned_model}", soft_wrap=True)
    console.print(
        f"{len(diagrams)} persistence diagrams in PostgreSQL, of steps {steps[0]} to {steps[-1]}: "
        f"GET /v1/analyses/{job.analysis}/diagrams",
        soft_wrap=True,
    )
    console.print("Downloaded:")
    for path in paths:
        console.print(f"  {path}", soft_wrap=True)
