"""Draws every figure of an analysis."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from tsloss_core.analysis.figures.barcode import draw_barcode
from tsloss_core.analysis.figures.canvas import FORMATS, Format, to_bytes
from tsloss_core.analysis.figures.diagram import draw_diagram
from tsloss_core.analysis.figures.evolution import draw_evolution
from tsloss_core.analysis.figures.loss import draw_loss
from tsloss_core.analysis.trajectory import CloudAnalysis


def render_figures(
    analyses: Sequence[CloudAnalysis],
    steps: Sequence[Mapping[str, Any]] = (),
    accuracies: Mapping[int, float] | None = None,
) -> Iterator[tuple[str, Format, bytes]]:
    """Yield name, format and bytes of each figure.

    `analyses` are the clouds in order, `steps` the measured steps of the tuning run, `accuracies`
    its accuracy by step. Diagram and barcode show the last cloud; a single cloud has no evolution.
    """
    for name, figure in _figures(analyses, steps, accuracies):
        for format_ in FORMATS:
            yield name, format_, to_bytes(figure, format_)


def _figures(
    analyses: Sequence[CloudAnalysis],
    steps: Sequence[Mapping[str, Any]],
    accuracies: Mapping[int, float] | None,
) -> Iterator[tuple[str, Figure]]:
    last = analyses[-1]
    yield "diagram", draw_diagram(last.diagrams, f"Persistence diagram, step {last.step}")
    yield "barcode", draw_barcode(last.diagrams, f"Barcode, step {last.step}")
    if len(analyses) > 1:
        yield "evolution", draw_evolution(analyses, accuracies)
    if steps:
        yield "loss", draw_loss(steps)
