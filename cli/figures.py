"""Draws the figures of clouds that were analysed in this process."""

from tsloss_core.analysis import Subject, render_figures


def draw_figures(subject: Subject) -> dict[str, bytes]:
    """Return every figure, and the data it shows, by its path below the folder of the results."""
    return {f"figures/{name}.{format_}": data for name, format_, data in render_figures(subject)}
