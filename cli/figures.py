"""Draws the figures of clouds that were analysed in this process."""

from collections.abc import Mapping, Sequence
from typing import Any

from tsloss_core.analysis import CloudAnalysis, render_figures


def draw_figures(
    analyses: Sequence[CloudAnalysis],
    steps: Sequence[Mapping[str, Any]] = (),
    accuracies: Mapping[int, float] | None = None,
) -> dict[str, bytes]:
    """Return every figure by its path below the folder of the results.

    `steps` are the measured steps of the run that the clouds come from, `accuracies` its accuracy
    by step.
    """
    return {
        f"figures/{name}.{format_}": data
        for name, format_, data in render_figures(analyses, steps, accuracies)
    }
