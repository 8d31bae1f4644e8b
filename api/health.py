"""Whether the process lives, and whether it can serve."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.dependencies import ServiceDep
from api.state import ServiceState

router = APIRouter(tags=["health"])

Check = Literal["ok", "away"]


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """What the service needs. Without Redis it still serves: jobs start later, none is lost."""

    status: Check
    database: Check
    redis: Check


@router.get("/livez", operation_id="livez")
def livez() -> Liveness:
    """Say that the process lives."""
    return Liveness()


@router.get("/readyz", operation_id="readyz", responses={503: {"model": Readiness}})
def readyz(service: ServiceDep, response: Response) -> Readiness:
    """Say whether requests can be served: 503 while the database is away."""
    database = _database(service)
    response.status_code = 200 if database == "ok" else 503
    return Readiness(status=database, database=database, redis=_redis(service))


def _database(service: ServiceState) -> Check:
    try:
        with service.database.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "away"
    return "ok"


def _redis(service: ServiceState) -> Check:
    try:
        service.redis.ping()
    except RedisError:
        return "away"
    return "ok"
