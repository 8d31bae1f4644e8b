"""The application factory: `uvicorn --factory api.app:create_app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import errors, health
from api.analyses.routes import router as analyses
from api.files.routes import router as files
from api.limits import BodyLimit
from api.models.routes import router as models
from api.state import ServiceState
from api.tuning.routes import router as tuning
from store.settings import Settings, get_settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the service. Raises pydantic's ValidationError when a setting is missing."""
    settings = settings or get_settings()
    state = ServiceState(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        state.close()

    app = FastAPI(
        title="tsloss",
        version="0.1.0",
        description="Tunes soft prompts under a topological regulariser and analyses their shape.",
        lifespan=lifespan,
        responses=errors.RESPONSES,
    )
    app.state.service = state
    errors.install(app)
    for router in (health.router, files, models, tuning, analyses):
        app.include_router(router)
    app.add_middleware(BodyLimit, settings=settings)
    return app
