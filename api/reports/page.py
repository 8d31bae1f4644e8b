"""Turns templates into pages that load nothing: no script, no network, figures inside."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, Undefined
from markupsafe import Markup

from api.content import send_page

NOTHING = "\N{EM DASH}"

_BEFORE_SVG = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r'(<svg\b[^>]*?) (?:width|height)="[^"]*"')
_IDS = re.compile(r'(\bid="|href="#|url\(#)')


def render_page(template: str, **values: Any) -> HTMLResponse:
    """Return a page of a template in this package. Every value is escaped unless it is Markup."""
    html = _environment().get_template(template).render(**values)
    return send_page(html)


def inline_svg(svg: bytes, name: str, caption: str) -> Markup:
    """Return a drawn figure as an element of a page, told to screen readers by its caption.

    `name` leads every id in it, so that figures on one page do not take each other's parts.
    """
    text = _METADATA.sub("", _BEFORE_SVG.sub("", svg.decode(), count=1))
    text = _IDS.sub(rf"\g<1>{name}-", text)
    for _ in ("width", "height"):
        text = _SIZE.sub(r"\1", text, count=1)
    label = Markup('<svg role="img" aria-label="{}"').format(caption)
    return Markup(text.replace("<svg", str(label), 1))  # noqa: S704


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.reports"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=_number, time=_time, interval=_interval, quoted=_quoted)
    return environment


def _number(value: Any) -> str:
    """A number with three significant digits, other values as text."""
    if value is None or isinstance(value, Undefined):
        return NOTHING
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _interval(value: dict[str, float] | None) -> str:
    return NOTHING if value is None else f"{value['low']:.2f} to {value['high']:.2f}"


def _quoted(value: str) -> str:
    """A text whose blanks can be seen."""
    return json.dumps(value, ensure_ascii=False)


def _time(value: datetime | None) -> str:
    return NOTHING if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
