"""Whether the process lives, and whether it can serve: routes without a key."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.dependencies import ServiceDep
from store.health import database_state, redis_state

router = APIRouter(tags=["health"])


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """What the service needs: "ok", or the reason why it cannot be used.

    Without Redis it still serves: jobs start later, none is lost.
    """

    status: Literal["ok", "unavailable"]
    database: str
    catalogue: str
    redis: str


@router.get("/livez")
def livez() -> Liveness:
    """Tell that the process lives."""
    return Liveness()


@router.get("/readyz", responses={503: {"model": Readiness, "description": "Not ready."}})
def readyz(service: ServiceDep, response: Response) -> Readiness:
    """Tell whether requests can be served: 503 without a migrated database or any model."""
    database = database_state(service.database)
    catalogue = "ok" if service.catalogue.all() else "names no model"
    ready = database == catalogue == "ok"
    response.status_code = 200 if ready else 503
    return Readiness(
        status="ok" if ready else "unavailable",
        database=database,
        catalogue=catalogue,
        redis=redis_state(service.redis),
    )
