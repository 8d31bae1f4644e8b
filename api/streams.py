"""Event streams: one poller per process looks for what is new and tells every listener.

No database connection is held between two events, however many listeners there are.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database
from store.errors import LimitError
from store.following import Mark, events_after, marks_of
from store.schema import Event

POLL_SECONDS = 0.5
CHECK_SECONDS = 15.0
"""Between two looks at whether listeners may still listen."""

LONGEST_QUEUE = 1000
"""A listener that is so many messages behind is let go; it comes back with Last-Event-ID."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class News:
    """Events of a job that are new, and where the job stands after them; None if it is gone."""

    events: list[Event]
    mark: Mark | None


@dataclass(eq=False)
class Listener:
    """One stream, and whether it may go on. `None` in the queue ends it."""

    project_id: str
    job_id: str
    admitted: Callable[[], bool]
    queue: "asyncio.Queue[News | None]" = field(
        default_factory=lambda: asyncio.Queue(LONGEST_QUEUE)
    )

    def tell(self, news: News | None) -> None:
        """Pass news on; end the stream of a listener that does not keep up."""
        if self.queue.qsize() >= LONGEST_QUEUE - 1:
            news = None
        with suppress(asyncio.QueueFull):
            self.queue.put_nowait(news)


class Streams:
    """The listeners of this process and the poller that serves them.

    There are at most `most`, half of them of one project: no project can take all.
    """

    def __init__(self, database: Database, most: int) -> None:
        self._database = database
        self._most = most
        self._most_of_project = (most + 1) // 2
        self._listeners: dict[str, set[Listener]] = {}
        self._known: dict[str, Mark] = {}

    @property
    def count(self) -> int:
        """How many listeners there are."""
        return len(self._all())

    def check_room(self, project_id: str) -> None:
        """Raise LimitError if a listener of a project is one too many."""
        wanted = sum(each.project_id == project_id for each in self._all()) + 1
        if wanted > self._most_of_project:
            raise LimitError("event streams of the project", self._most_of_project, wanted)
        if self.count + 1 > self._most:
            raise LimitError("event streams of this process", self._most, self.count + 1)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Poll while inside; end every stream at the end."""
        tasks = [
            asyncio.create_task(_repeat(self._poll, POLL_SECONDS)),
            asyncio.create_task(_repeat(self._check, CHECK_SECONDS)),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for listener in self._all():
                listener.tell(None)

    @contextmanager
    def listening(
        self, project_id: str, job_id: str, admitted: Callable[[], bool]
    ) -> Iterator[Listener]:
        """Yield a listener that hears of a job from now on, while `admitted` says that it may."""
        listener = Listener(project_id, job_id, admitted)
        self._listeners.setdefault(job_id, set()).add(listener)
        try:
            yield listener
        finally:
            self._leave(listener)

    async def backlog(self, job_id: str, after: int) -> News:
        """Return what a new listener has missed; the poller goes on from there."""
        news = await run_in_threadpool(self._read_one, job_id, after)
        if news.mark is not None:
            self._known.setdefault(job_id, news.mark)
        return news

    def _leave(self, listener: Listener) -> None:
        others = self._listeners[listener.job_id]
        others.discard(listener)
        if not others:
            del self._listeners[listener.job_id]
            self._known.pop(listener.job_id, None)

    def _all(self) -> list[Listener]:
        return [listener for group in self._listeners.values() for listener in group]

    async def _poll(self) -> None:
        followed = {job_id: self._known[job_id] for job_id in self._listeners.keys() & self._known}
        if not followed:
            return
        news = await run_in_threadpool(self._read, followed)
        for job_id, told in news.items():
            if told.mark is not None:
                self._known[job_id] = told.mark
            for listener in self._listeners.get(job_id, set()):
                listener.tell(told)

    async def _check(self) -> None:
        """End the streams of listeners whose key, or session, has ended meanwhile."""
        for listener in self._all():
            if not await run_in_threadpool(listener.admitted):
                listener.tell(None)

    def _read(self, followed: dict[str, Mark]) -> dict[str, News]:
        with self._database.reading() as session:
            marks = marks_of(session, list(followed))
            changed = [job for job, known in followed.items() if marks.get(job) != known]
            return {
                job: News(events_after(session, job, followed[job].last_event), marks.get(job))
                for job in changed
            }

    def _read_one(self, job_id: str, after: int) -> News:
        with self._database.reading() as session:
            mark = marks_of(session, [job_id]).get(job_id)
            return News(events_after(session, job_id, after), mark)


async def _repeat(act: Callable[[], Awaitable[None]], pause: float) -> None:
    """Act after each pause. What fails is left to the next round: no fault ends the repeating."""
    while True:
        await asyncio.sleep(pause)
        try:
            await act()
        except SQLAlchemyError as error:
            log.warning("event streams wait for the database: %s", type(error).__name__)
        except Exception:
            log.exception("a round of the event streams failed")
