"""Counts and times requests by route, never by path: ids would make a series each."""

from prometheus_client import CollectorRegistry, Histogram
from starlette.types import Scope

REGISTRY = CollectorRegistry()

_SECONDS = Histogram(
    "tsloss_http_request_seconds",
    "Time until the answer begins, by route.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
    registry=REGISTRY,
)
_METHODS = frozenset({"GET", "POST", "DELETE"})


def observe(scope: Scope, status: int, seconds: float) -> None:
    """Count a request that is being answered."""
    route = getattr(scope.get("route"), "path_format", "unknown")
    method = scope["method"] if scope["method"] in _METHODS else "other"
    _SECONDS.labels(method, route, str(status)).observe(seconds)
