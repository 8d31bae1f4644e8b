"""What endpoints ask for."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from sqlalchemy.orm import Session

from api.schemas import Id
from api.state import ServiceState
from store.artifacts import Artifacts
from store.catalogue import Catalogue
from store.settings import Settings

MAX_SESSIONS = 10
"""Half of the pool's connections. A session keeps its connection while its answer waits for a
thread; were they all kept so, the threads could all be waiting for one."""


def _service(request: Request) -> ServiceState:
    service: ServiceState = request.app.state.service
    return service


ServiceDep = Annotated[ServiceState, Depends(_service)]


def _settings(service: ServiceDep) -> Settings:
    return service.settings


def _catalogue(service: ServiceDep) -> Catalogue:
    return service.catalogue


def _artifacts(service: ServiceDep) -> Artifacts:
    return service.artifacts


def _session(service: ServiceDep) -> Iterator[Session]:
    with service.database.transaction() as session:
        yield session


SettingsDep = Annotated[Settings, Depends(_settings)]
CatalogueDep = Annotated[Catalogue, Depends(_catalogue)]
ArtifactsDep = Annotated[Artifacts, Depends(_artifacts)]
SessionDep = Annotated[Session, Depends(_session, scope="function", max_concurrency=MAX_SESSIONS)]
"""The request's one transaction. Its scope ends with the endpoint: what an answer tells of is
committed, and the bell rung, before the first byte is sent."""

After = Annotated[Id | None, Query(description="The last id of the page before.")]
Limit = Annotated[int, Query(ge=1, le=100)]
PathId = Annotated[Id, Path()]
