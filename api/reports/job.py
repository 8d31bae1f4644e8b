"""The report of one tuning job."""

from typing import Any

from fastapi.responses import HTMLResponse
from markupsafe import Markup
from sqlalchemy.orm import Session

from api.reports.page import inline_svg, render_page
from store.analyses import AnalysisResults
from store.artifacts import ArtifactMissingError, Artifacts
from store.jobs import Jobs
from store.schema import Figure, Job

CAPTIONS = {
    "loss": "Cross-entropy and regulariser at every step",
    "evolution": "Structural measures at every snapshot, the performance below them",
    "relations": "Structure and performance, each relation beside its controls",
    "diagram": "Persistence diagram of the last snapshot",
    "barcode": "Barcode of the last snapshot",
    "betti": "Betti curves of the first, the middle and the last snapshot",
    "movement": "Norms, cosines and movement of the tokens",
    "token_map": "Paths of the tokens in their principal plane",
    "snapshot_map": "The snapshots by the bottleneck distances of their diagrams",
}
"""The figures of a report, in their order."""


def job_report(
    session: Session, project_id: str, job_id: str, artifacts: Artifacts
) -> HTMLResponse:
    """Return the page of a job that is at its end. Raises NotFoundError, ConflictError."""
    jobs = Jobs(session, project_id, "tuning")
    job = jobs.finished(job_id)
    analysis = jobs.analysis_of(job_id)
    done = analysis is not None and analysis.status == "succeeded"
    return render_page(
        "job.html",
        job=job,
        outcome=job.outcome or {},
        configuration=flattened(job.spec),
        events=jobs.notable_events(job_id),
        analysis=analysis,
        evolution=_evolution(session, analysis) if analysis is not None and done else None,
        figures=_figures(session, analysis, artifacts) if analysis is not None and done else [],
    )


def flattened(settings: dict[str, Any], lead: str = "") -> list[tuple[str, Any]]:
    """Return nested settings as dotted names and values, in their order."""
    rows: list[tuple[str, Any]] = []
    for name, value in settings.items():
        if isinstance(value, dict):
            rows += flattened(value, f"{lead}{name}.")
        else:
            rows.append((f"{lead}{name}", value))
    return rows


def _evolution(session: Session, analysis: Job) -> dict[str, Any]:
    return AnalysisResults(session, analysis.project_id).evolution(analysis.id).values


def _figures(session: Session, analysis: Job, artifacts: Artifacts) -> list[tuple[str, Markup]]:
    """Caption and drawing of every figure that is still stored."""
    rows = AnalysisResults(session, analysis.project_id).figures(analysis.id)
    drawn = {row.name: row for row in rows if row.format == "svg"}
    found = (
        (CAPTIONS[name], _inline(drawn[name], artifacts)) for name in CAPTIONS if name in drawn
    )
    return [(caption, figure) for caption, figure in found if figure is not None]


def _inline(figure: Figure, artifacts: Artifacts) -> Markup | None:
    try:
        svg = b"".join(artifacts.stream(figure.artifact_key))
    except ArtifactMissingError:
        return None
    return inline_svg(svg, figure.name, CAPTIONS[figure.name])
