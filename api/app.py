"""The application factory: `uvicorn --factory api.app:create_app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import compile_path

from api import errors, health
from api.analyses.routes import router as analyses
from api.body_limit import BodyLimit
from api.boundary import Boundary
from api.dashboard import add_dashboard
from api.examples import EXAMPLES
from api.experiments.routes import router as experiments
from api.files.routes import router as files
from api.idempotency import Idempotency
from api.keys.routes import router as keys
from api.metrics.routes import router as metrics
from api.models.routes import router as models
from api.security import Authentication
from api.sessions.routes import router as sessions
from api.state import ServiceState
from api.tuning.routes import estimates
from api.tuning.routes import router as tuning
from api.tuning.streaming import router as streaming
from api.unknown_parameters import refuse_unknown_parameters
from api.webhooks.routes import router as webhooks
from store.logs import configure_logging
from store.settings import Settings, get_settings

METHOD_NOT_ALLOWED = 405
_ROUTERS = (
    files, models, estimates, tuning, streaming, analyses, experiments, webhooks, keys, sessions,
    metrics,
)  # fmt: skip


class Service(FastAPI):
    """The application, whose document shows an example of everything."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document; it is made once."""
        if self.openapi_schema is None:
            schemas = super().openapi()["components"]["schemas"]
            for name, example in EXAMPLES.items():
                schemas[name]["examples"] = [example]
        return super().openapi()


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the service. It reads the settings and opens what they name when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if settings is None:
            configure_logging()
        service = ServiceState(settings or get_settings())
        app.state.service = service
        async with service.streams.running():
            yield
        service.close()

    app = Service(
        title="tsloss",
        version=version("tsloss"),
        description="Tunes soft prompts under a topological regulariser and analyses their shape.",
        lifespan=lifespan,
        middleware=[
            Middleware(Boundary),
            Middleware(Authentication),
            Middleware(BodyLimit),
            Middleware(Idempotency),
        ],
        dependencies=[Depends(refuse_unknown_parameters)],
        # Below /v1, so that they ask for a key like everything else there.
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        # The names of the endpoints are the operation ids that generated clients show.
        generate_unique_id_function=_operation_id,
    )
    # FastAPI answers these two itself unless told otherwise; `Boundary` answers every other.
    app.add_exception_handler(HTTPException, _answer)
    app.add_exception_handler(RequestValidationError, _answer)
    app.include_router(health.router)
    for router in _ROUTERS:
        app.include_router(router, responses=errors.RESPONSES)
    add_dashboard(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


async def _answer(request: Request, error: Exception) -> JSONResponse:
    refusal = errors.refusal_of(error)
    if refusal is None:
        raise error
    if refusal.status_code == METHOD_NOT_ALLOWED:
        refusal.headers = {"Allow": _methods(request)}
    return errors.error_response(refusal)


def _methods(request: Request) -> str:
    """Every method of the path. The router names those of the first route that it tried alone."""
    documented: dict[str, dict[str, object]] = request.app.openapi()["paths"]
    methods = {
        method.upper()
        for path, operations in documented.items()
        if compile_path(path)[0].fullmatch(request.url.path)
        for method in operations
    }
    return ", ".join(sorted(methods or {"GET"}))
