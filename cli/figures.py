"""Draws the figures of clouds that were analysed in this process."""

from collections.abc import Mapping, Sequence
from typing import Any

from tsloss_core.analysis import (
    CloudAnalysis,
    Performance,
    PointCloud,
    Subject,
    evolve,
    landmarks,
    render_figures,
)


def draw_figures(
    clouds: Sequence[PointCloud],
    analyses: Sequence[CloudAnalysis],
    steps: Sequence[Mapping[str, Any]] = (),
    accuracies: Mapping[int, float] | None = None,
) -> dict[str, bytes]:
    """Return every figure by its path below the folder of the results.

    `analyses` are those of `clouds`; `steps` the measured steps of the run that the clouds come
    from, `accuracies` its accuracy by step.
    """
    subject = Subject(
        analyses,
        [clouds[at] for at in landmarks(len(clouds))],
        evolve(analyses),
        steps,
        Performance("validation_accuracy", dict(accuracies)) if accuracies else None,
    )
    return {f"figures/{name}.{format_}": data for name, format_, data in render_figures(subject)}
