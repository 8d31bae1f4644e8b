"""Prints what a run came to."""

from pathlib import Path
from typing import Any

from cli.output import print_fields, print_rows


def show_summary(summary: dict[str, Any]) -> None:
    """Print the grades before and after, and where the results lie."""
    outcome, folder = summary["outcome"], Path(summary["folder"])
    rows = [
        [what, outcome[f"{what}_before"], outcome[f"{what}_after"]] for what in ("accuracy", "loss")
    ]
    print_rows(("", "before", "after"), rows)
    print_fields(
        {
            "graded on": f"{outcome['rows']} rows of the {outcome['evaluated_on']}",
            "steps": outcome["steps"],
            "converged at": outcome["converged_at"],
            "results": folder,
        }
    )
