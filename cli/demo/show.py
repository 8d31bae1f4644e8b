"""Prints what the demonstration found."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def show_results(
    console: Console, job: dict[str, Any], diagrams: list[dict[str, Any]], paths: list[Path]
) -> None:
    """Print accuracy before and after, the stored diagrams, and the files."""
    outcome = job["outcome"]
    table = Table("held-out rows", "before", "after", title=f"{outcome['rows']} held-out rows")
    table.add_row(
        "accuracy", f"{outcome['accuracy_before']:.3f}", f"{outcome['accuracy_after']:.3f}"
    )
    table.add_row("loss", f"{outcome['loss_before']:.3f}", f"{outcome['loss_after']:.3f}")
    console.print(table)
    console.print(f"Tuned model: {job['fine_tuned_model']}")
    steps = sorted({diagram["step"] for diagram in diagrams})
    console.print(
        f"{len(diagrams)} persistence diagrams in PostgreSQL, of steps {steps[0]} to {steps[-1]}: "
        f"GET /v1/analyses/{job['analysis']}/diagrams"
    )
    for path in paths:
        console.print(f"  {path}")
