"""The event stream of a job: server-sent events that a client resumes where it lost them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.dependencies import PathId, ServiceDep
from api.errors import ApiError
from api.progress import Progress, progress_of
from api.schemas import JobStatus
from api.security import Caller, ReaderDep, still_admitted
from api.state import ServiceState
from api.streams import Listener, News, Streams
from api.tuning.schemas import event_object
from store.errors import LimitError
from store.following import Mark
from store.jobs import Jobs
from store.schema import FINAL

router = APIRouter(prefix="/v1/fine_tuning/jobs", tags=["fine-tuning"])

HEARTBEAT_SECONDS = 15.0
_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


class StreamPosition(BaseModel):
    """Where a job stands, sent as `progress` whenever it changes and as `done` at the end."""

    status: JobStatus
    progress: Progress | None


@router.get(
    "/{job_id}/events/stream",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "`event` (with its number as id), `progress`, at the end `done`.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def stream_fine_tuning_events(
    caller: ReaderDep,
    service: ServiceDep,
    request: Request,
    job_id: PathId,
    last_event_id: Annotated[int, Header(ge=0, le=2**31 - 1)] = 0,
) -> StreamingResponse:
    """Send a job's events as they come, from the one after `Last-Event-ID`, until its end.

    The stream of a key that is revoked or expires ends within seconds.
    """
    await run_in_threadpool(_find, service, caller, job_id)
    try:
        service.streams.check_room(caller.project_id)
    except LimitError as error:
        headers = {"Retry-After": "5"}
        raise ApiError(429, str(error), code="too_many_streams", headers=headers) from None
    admitted = partial(still_admitted, service, request.scope)
    listening = service.streams.listening(caller.project_id, job_id, admitted)
    messages = _messages(service.streams, listening, job_id, last_event_id)
    return StreamingResponse(messages, media_type="text/event-stream", headers=_HEADERS)


def _find(service: ServiceState, caller: Caller, job_id: str) -> None:
    with service.database.reading() as session:
        Jobs(session, caller.project_id, "tuning").get(job_id)


async def _messages(
    streams: Streams, listening: AbstractContextManager[Listener], job_id: str, seen: int
) -> AsyncIterator[str]:
    with listening as listener:
        news: News | None = await streams.backlog(job_id, seen)
        while news is not None:
            for text in _texts(news, seen):
                yield text
            seen = max([seen, *(event.number for event in news.events)])
            if news.mark is None or news.mark.status in FINAL:
                return
            news = None
            while news is None:
                try:
                    news = await asyncio.wait_for(listener.queue.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": heartbeat\n\n"
                    continue
                if news is None:
                    return


def _texts(news: News, seen: int) -> list[str]:
    texts = [
        _text("event", event_object(event).model_dump_json(), event.number)
        for event in news.events
        if event.number > seen
    ]
    if news.mark is not None:
        name = "done" if news.mark.status in FINAL else "progress"
        texts.append(_text(name, _position(news.mark)))
    return texts


def _position(mark: Mark) -> str:
    position = {"status": mark.status, "progress": progress_of(mark.progress)}
    return StreamPosition.model_validate(position).model_dump_json()


def _text(name: str, data: str, number: int | None = None) -> str:
    line = "" if number is None else f"id: {number}\n"
    return f"{line}event: {name}\ndata: {data}\n\n"
