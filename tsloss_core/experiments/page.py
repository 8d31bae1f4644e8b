"""A report as one HTML page that needs nothing from the network."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from tsloss_core.experiments.report import ExperimentReport
from tsloss_core.experiments.sections import sections

TEMPLATE = Path(__file__).with_name("page.html")


def render_page(report: ExperimentReport, figures: Mapping[str, str] | None = None) -> str:
    """Return the page. `figures` are drawings by caption, each an <svg> element of our own making.

    Every other text is escaped.
    """
    drawn = {caption: Markup(svg) for caption, svg in (figures or {}).items()}  # noqa: S704
    return _template().render(report=report, sections=sections(report), figures=drawn)


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(TEMPLATE.read_text("utf-8"))
