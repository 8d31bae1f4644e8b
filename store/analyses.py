"""The results of analyses: diagrams, statistics, figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session

from store.errors import NotFoundError
from store.ids import new_id
from store.pages import Page, read_page
from store.schema import Diagram, Evolution, Figure, Job, Statistics
from store.text import storable


class AnalysisResults:
    """What the analyses of one project have found."""

    def __init__(self, session: Session, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    def diagrams(self, job_id: str, after: str | None, limit: int) -> Page[Diagram]:
        """Return a page of an analysis's diagrams, newest first."""
        query = self._scoped_diagrams().where(Diagram.job_id == job_id)
        return read_page(self._session, query, Diagram, after, limit)

    def diagram(self, diagram_id: str) -> Diagram:
        """Return a diagram. Raises NotFoundError."""
        row = self._session.scalar(self._scoped_diagrams().where(Diagram.id == diagram_id))
        if row is None:
            raise NotFoundError("diagram", diagram_id)
        return row

    def statistics(self, job_id: str, after: tuple[int, int], limit: int) -> list[Statistics]:
        """Return statistics of an analysis after input and step `after`, in that order."""
        place = tuple_(Statistics.input, Statistics.step)
        query = (
            select(Statistics)
            .join(Job, Job.id == Statistics.job_id)
            .where(Job.project_id == self._project_id, Statistics.job_id == job_id, place > after)
            .order_by(Statistics.input, Statistics.step)
            .limit(limit)
        )
        return list(self._session.scalars(query))

    def evolution(self, job_id: str) -> Evolution:
        """Return what an analysis found between snapshots. Raises NotFoundError."""
        query = (
            select(Evolution)
            .join(Job, Job.id == Evolution.job_id)
            .where(Job.project_id == self._project_id, Evolution.job_id == job_id)
        )
        row = self._session.scalar(query)
        if row is None:
            raise NotFoundError("evolution of an analysis", job_id)
        return row

    def figures(self, job_id: str) -> list[Figure]:
        """Return the figures of an analysis by name and format."""
        query = self._scoped_figures(job_id).order_by(Figure.name, Figure.format)
        return list(self._session.scalars(query))

    def figure(self, job_id: str, name: str, format_: str) -> Figure:
        """Return a figure. Raises NotFoundError."""
        query = self._scoped_figures(job_id).where(Figure.name == name, Figure.format == format_)
        row = self._session.scalar(query)
        if row is None:
            raise NotFoundError("figure", f"{name}.{format_}")
        return row

    def _scoped_figures(self, job_id: str) -> Select[Figure]:
        return (
            select(Figure)
            .join(Job, Job.id == Figure.job_id)
            .where(Job.project_id == self._project_id, Figure.job_id == job_id)
        )

    def _scoped_diagrams(self) -> Select[Diagram]:
        return (
            select(Diagram)
            .join(Job, Job.id == Diagram.job_id)
            .where(Job.project_id == self._project_id)
        )


@dataclass(frozen=True)
class CloudResults:
    """The diagrams, the measures and the places in the plane of one cloud.

    A diagram is births, deaths and essential births; its place in the list is its dimension.
    """

    input: int
    step: int
    diagrams: list[tuple[list[float], list[float], list[float]]]
    statistics: dict[str, Any]
    token_map: list[list[float]] | None = None


def add_cloud_results(session: Session, job_id: str, clouds: Sequence[CloudResults]) -> None:
    """Store clouds' diagrams and measures.

    A diagram depends on its cloud alone: one of an earlier attempt stays. Token maps have the axes
    of all clouds, of which a job that was retried has more: a later attempt's statistics take an
    earlier one's place.
    """
    diagrams = [row for cloud in clouds for row in _diagram_rows(job_id, cloud)]
    statistics = [
        {
            "job_id": job_id,
            "input": cloud.input,
            "step": cloud.step,
            "values": cloud.statistics,
            "token_map": cloud.token_map,
        }
        for cloud in clouds
    ]
    if diagrams:
        session.execute(insert(Diagram).on_conflict_do_nothing(), diagrams)
    if statistics:
        session.execute(_STATISTICS, statistics)


def _upsert_statistics() -> Insert:
    statement = insert(Statistics)
    taken = {name: statement.excluded[name] for name in ("values", "token_map")}
    return statement.on_conflict_do_update(index_elements=["job_id", "input", "step"], set_=taken)


_STATISTICS = _upsert_statistics()


def _diagram_rows(job_id: str, cloud: CloudResults) -> Iterator[dict[str, Any]]:
    for dimension, (births, deaths, essential) in enumerate(cloud.diagrams):
        yield {
            "id": new_id("dgm"),
            "job_id": job_id,
            "input": cloud.input,
            "step": cloud.step,
            "dimension": dimension,
            "births": births,
            "deaths": deaths,
            "essential": essential,
        }


def add_evolution(session: Session, job_id: str, values: dict[str, Any]) -> None:
    """Store what an analysis found between snapshots; a later attempt's takes an earlier one's."""
    row = {"job_id": job_id, "values": storable(values)}
    session.execute(
        insert(Evolution)
        .values(row)
        .on_conflict_do_update(index_elements=["job_id"], set_={"values": row["values"]})
    )


def add_figure(session: Session, job_id: str, name: str, format_: str, artifact_key: str) -> None:
    """Store a figure's row; a later attempt's figure takes an earlier one's place."""
    row = {"job_id": job_id, "name": name, "format": format_, "artifact_key": artifact_key}
    session.execute(
        insert(Figure)
        .values(row)
        .on_conflict_do_update(
            index_elements=["job_id", "name", "format"], set_={"artifact_key": artifact_key}
        )
    )
