"""Figures of runs and analyses, as SVG, PNG and data."""

from tsloss_core.analysis.figures.maps import landmarks
from tsloss_core.analysis.figures.render import Subject, plots, render_figures

__all__ = ["Subject", "landmarks", "plots", "render_figures"]
