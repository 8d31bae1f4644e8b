"""Pages of a list by keyset, so that page 1,000 costs what page 1 costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.errors import NotFoundError


class Listed(Protocol):
    """A row that has a place in a list."""

    id: Any
    created_at: Any


RowT = TypeVar("RowT", bound=Listed)


@dataclass(frozen=True)
class Page(Generic[RowT]):
    """Rows in order, and whether more follow."""

    rows: list[RowT]
    has_more: bool


def read_page(
    session: Session,
    query: Select[RowT],
    table: type[RowT],
    after: str | None,
    limit: int,
    filters: Sequence[ColumnElement[bool]] = (),
) -> Page[RowT]:
    """Return up to `limit` rows of `query`, newest first, that come after the row `after`.

    `query` is scoped to the caller already, so a cursor of another project is not found. `filters`
    narrow the rows alone: a row that has left them since the page before still marks its place.
    """
    created_at: InstrumentedAttribute[Any] = table.created_at
    row_id: InstrumentedAttribute[Any] = table.id
    if after is not None:
        place = session.scalar(query.where(row_id == after).with_only_columns(created_at))
        if place is None:
            raise NotFoundError("row to list after", after)
        query = query.where(tuple_(created_at, row_id) < (place, after))
    ordered = query.where(*filters).order_by(created_at.desc(), row_id.desc()).limit(limit + 1)
    rows = list(session.scalars(ordered))
    return Page(rows[:limit], len(rows) > limit)
