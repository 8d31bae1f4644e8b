"""Writes the pages, or with `--check` names those that are not as the code has them."""

import sys
from collections.abc import Callable
from pathlib import Path

from docs.generate.api import api_page
from docs.generate.commands import commands_page
from docs.generate.settings import settings_page

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "api.md": api_page,
    "commands.md": commands_page,
}


def stale() -> list[Path]:
    """Return the pages whose text is not what the code gives."""
    paths = [REFERENCE / name for name in PAGES]
    return [path for path in paths if not path.exists() or path.read_text("utf-8") != _text(path)]


def write() -> None:
    """Write every page."""
    for name in PAGES:
        path = REFERENCE / name
        path.write_text(_text(path), "utf-8")


def _text(path: Path) -> str:
    return PAGES[path.name]()


if __name__ == "__main__":
    if "--check" not in sys.argv:
        write()
    elif found := stale():
        sys.exit("\n".join(f"{path} is not as the code has it: make docs" for path in found))
