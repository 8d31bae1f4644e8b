"""Pages of the structural measures of clouds: of an analysis, or of a tuning job's newest one."""

from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import Session

from api.analyses.schemas import StatisticsObject, statistics_object
from api.schemas import ListOf
from store.analyses import AnalysisResults

MOST_CLOUDS = 1000
"""Up to some tens of megabytes: a cloud of 512 tokens takes about 45 kB, one of 20 about 5 kB."""

_LARGEST = 2**31 - 1

AfterInput = Annotated[
    int, Query(ge=0, le=_LARGEST, description="`input` of the last cloud of the page before.")
]
AfterStep = Annotated[
    int, Query(ge=-1, le=_LARGEST, description="`step` of the last cloud of the page before.")
]
Clouds = Annotated[int, Query(ge=1, le=MOST_CLOUDS)]


def statistics_page(
    session: Session, project_id: str, analysis_id: str, after: tuple[int, int], limit: int
) -> ListOf[StatisticsObject]:
    """Return the measures of up to `limit` clouds after input and step `after`, in their order."""
    results = AnalysisResults(session, project_id)
    rows = results.statistics(analysis_id, after, limit + 1)
    data = [statistics_object(row) for row in rows[:limit]]
    return ListOf(data=data, has_more=len(rows) > limit)
