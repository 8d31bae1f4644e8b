"""Figures of an experiment, drawn from its report alone."""

from tsloss_core.experiments.figures.render import experiment_plots

__all__ = ["experiment_plots"]
