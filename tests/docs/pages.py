"""The project's Markdown pages, their fenced blocks, headings and links."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("packages/**/*.md"), *ROOT.glob("benchmarks/**/*.md"),
    ]
)  # fmt: skip

RESULTS = "docs/results.md"
"""Written by `tsloss experiment run`."""

_FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = "*Not run by the tests: "
_REASON = re.compile(re.escape(NOT_RUN) + r".{10,}\.\*\n\n\Z")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block; `runs` is false where the line before it gives the reason why not."""

    language: str
    text: str
    line: int
    runs: bool


@dataclass(frozen=True)
class Page:
    """A page by its path below the root."""

    path: Path

    @property
    def name(self) -> str:
        """The path as a test names it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        """The page's source."""
        return self.path.read_text("utf-8")

    @property
    def blocks(self) -> list[Block]:
        """The fenced blocks in order."""
        return [_block(self.text, found) for found in _FENCE.finditer(self.text)]

    @property
    def anchors(self) -> set[str]:
        """The fragments that GitHub gives the headings."""
        return {_anchor(heading) for heading in self.headings}

    @property
    def headings(self) -> list[str]:
        """The headings in order."""
        return _HEADING.findall(self.prose)

    @property
    def prose(self) -> str:
        """The text without its fenced blocks."""
        return _FENCE.sub("", self.text)

    @property
    def links(self) -> list[str]:
        """The targets of links and images outside code."""
        return _LINK.findall(re.sub(r"`[^`\n]*`", "``", self.prose))


def pages() -> list[Page]:
    """Return every page."""
    return [Page(path) for path in PAGES]


def find_block(page: str, first_line: str) -> Block:
    """Return the block of a page that begins with a line. Raises StopIteration if none does."""
    found = Page(ROOT / page).blocks
    return next(block for block in found if block.text.partition("\n")[0] == first_line)


def _block(text: str, found: re.Match[str]) -> Block:
    before = text[: found.start()]
    return Block(found[1], found[2], before.count("\n") + 1, _REASON.search(before) is None)


def _anchor(heading: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
