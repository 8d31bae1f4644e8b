"""What endpoints ask for."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Path, Query, Request
from sqlalchemy.orm import Session

from api.idempotency import ClaimedKey
from api.schemas import Id
from api.security import Caller
from api.state import ServiceState
from store.artifacts import Artifacts
from store.audit import note_write
from store.catalogue import Catalogue
from store.idempotency import confirm
from store.settings import Settings

MAX_SESSIONS = 10
"""Half of the pool's connections. A session keeps its connection while its answer waits for a
thread; were they all kept so, the threads could all be waiting for one."""


# Those that only pass something on are `async`: any other costs a change of threads.
async def _service(request: Request) -> ServiceState:
    service: ServiceState = request.app.state.service
    return service


ServiceDep = Annotated[ServiceState, Depends(_service)]


async def _settings(service: ServiceDep) -> Settings:
    return service.settings


async def _catalogue(service: ServiceDep) -> Catalogue:
    return service.catalogue


async def _artifacts(service: ServiceDep) -> Artifacts:
    return service.artifacts


async def _committed(service: ServiceDep) -> AsyncIterator[list[Session]]:
    """Yield where `_session` leaves what it has committed, and ring for it afterwards.

    By then the session's place among `MAX_SESSIONS` is free, and the threads are others: a Redis
    that hangs delays those who ring, and nobody else.
    """
    committed: list[Session] = []
    yield committed
    for session in committed:
        await to_thread.run_sync(service.database.ring, session, limiter=service.ringers)


CommittedDep = Annotated[list[Session], Depends(_committed, scope="function")]


def _session(service: ServiceDep, committed: CommittedDep, request: Request) -> Iterator[Session]:
    if not getattr(request.state, "writes", False):
        with service.database.reading() as session:
            yield session
        return
    with service.database.silent_transaction() as session:
        _sign(session, request)
        yield session
    committed.append(session)


def _sign(session: Session, request: Request) -> None:
    """Tie to this transaction who writes, and the claim of an Idempotency-Key if there is one."""
    caller: Caller = request.state.caller
    request_id = request.state.request_id
    note_write(
        session, caller.project_id, caller.key_id, request.method, request.url.path, request_id
    )
    claimed: ClaimedKey | None = getattr(request.state, "claimed", None)
    if claimed is not None:
        confirm(session, claimed.request, claimed.token)


SettingsDep = Annotated[Settings, Depends(_settings)]
CatalogueDep = Annotated[Catalogue, Depends(_catalogue)]
ArtifactsDep = Annotated[Artifacts, Depends(_artifacts)]
SessionDep = Annotated[Session, Depends(_session, scope="function", max_concurrency=MAX_SESSIONS)]
"""The request's one transaction. Its scope ends with the endpoint: what an answer tells of is
committed, and the bell rung, before the first byte is sent."""

END_OF_TIME = 253_402_300_799
"""The last second of the year 9999, in unix seconds: neither Python nor people count further."""

UnixTime = Annotated[int | None, Query(ge=0, le=END_OF_TIME, description="Unix seconds.")]
After = Annotated[Id | None, Query(description="The last id of the page before.")]
Limit = Annotated[int, Query(ge=1, le=100)]
PathId = Annotated[Id, Path()]
