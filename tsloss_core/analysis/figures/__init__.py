"""Figures of runs and analyses, as SVG and PNG."""

from tsloss_core.analysis.figures.render import render_figures

__all__ = ["render_figures"]
