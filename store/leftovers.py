"""What jobs have left: result files, a tuned model, an analysis. One query for a page of jobs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BindParameter, CompoundSelect, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from store.schema import File, Job, TunedModel


@dataclass
class Leftovers:
    """The ids of a job's result files, oldest first, of its tuned model and newest analysis."""

    result_files: list[str] = field(default_factory=list)
    tuned_model: str | None = None
    analysis: str | None = None


def _leftovers() -> CompoundSelect[str, str, str, datetime]:
    """Build the query once: it is made with every look at a job that has ended."""
    files, models, jobs = File.__table__.c, TunedModel.__table__.c, Job.__table__.c
    of: BindParameter[list[str]] = bindparam("jobs", expanding=True)
    mine: BindParameter[str] = bindparam("project")
    return union_all(
        select(literal("file"), files.job_id, files.id, files.created_at).where(
            files.project_id == mine, files.job_id.in_(of)
        ),
        select(literal("model"), models.job_id, models.id, models.created_at).where(
            models.project_id == mine, models.job_id.in_(of)
        ),
        select(literal("analysis"), jobs.source_job_id, jobs.id, jobs.created_at).where(
            jobs.project_id == mine, jobs.kind == "analysis", jobs.source_job_id.in_(of)
        ),
    )


_LEFTOVERS = _leftovers()


def left_by(session: Session, project_id: str, job_ids: Sequence[str]) -> dict[str, Leftovers]:
    """Return what each job of a project has left."""
    found = {job_id: Leftovers() for job_id in job_ids}
    given = {"project": project_id, "jobs": list(job_ids)}
    rows = session.connection().execute(_LEFTOVERS, given).all()
    for kind, job_id, left, _ in sorted(rows, key=lambda row: (row[3], row[2])):
        if kind == "file":
            found[job_id].result_files.append(left)
        elif kind == "model":
            found[job_id].tuned_model = left
        else:
            found[job_id].analysis = left
    return found
