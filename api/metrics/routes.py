"""The figures in Prometheus' text format.

They span all projects, so the key needs a scope that no project can give itself.
"""

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from api.dependencies import SessionDep
from api.metrics.jobs import JobCollector
from api.metrics.requests import REGISTRY
from api.security import MetricsDep
from store.figures import read_figures

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(caller: MetricsDep, session: SessionDep) -> Response:
    """Return the figures of this process's requests and of all jobs."""
    jobs = CollectorRegistry()
    jobs.register(JobCollector(read_figures(session)))
    text = generate_latest(REGISTRY) + generate_latest(jobs)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
