"""Figures of runs, analyses and experiments, as SVG, PNG and data."""

from tsloss_core.analysis.figures.canvas import Format, Plot
from tsloss_core.analysis.figures.convergence import convergence_data, draw_convergence
from tsloss_core.analysis.figures.learning_curves import (
    draw_learning_curves,
    learning_curves_data,
)
from tsloss_core.analysis.figures.maps import landmarks
from tsloss_core.analysis.figures.render import Subject, plots, render_figures

__all__ = [
    "Format",
    "Plot",
    "Subject",
    "convergence_data",
    "draw_convergence",
    "draw_learning_curves",
    "landmarks",
    "learning_curves_data",
    "plots",
    "render_figures",
]
