"""A piece of a report, whatever it is printed on."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """A caption, a heading per column, and the cells."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it: sentences, points, tables, verbatim text."""

    title: str
    sentences: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = field(default=())
    verbatim: str | None = None
