"""Follows a job's event stream to its end, through every broken connection."""

import time
from collections.abc import Iterator

from tsloss_client.errors import RefusedError, UnreachableError
from tsloss_client.objects import Event, Position
from tsloss_client.server_sent_events import ServerSentEvent, read_events
from tsloss_client.transport import Transport, wait_before

Message = Event | Position

HEARTBEAT_SECONDS = 45.0
"""Three missed heartbeats of the service: the connection is taken for broken."""


def follow(transport: Transport, path: str, after: int, patience: float) -> Iterator[Message]:
    """Yield the events of a job after number `after`, and where it stands, until it has ended.

    A stream that breaks is taken up again after the last event that came (Last-Event-ID), so that
    no event is missing or doubled. Raises UnreachableError after `patience` seconds without an
    answer, or while too many streams are open, and RefusedError if the job is not there.
    """
    failures, heard_at = 0, time.monotonic()
    while True:
        try:
            for told in _messages(transport, path, after):
                failures, heard_at = 0, time.monotonic()
                if told.id:
                    after = int(told.id)
                message = _parsed(told)
                yield message
                if told.name == "done":
                    return
        except (UnreachableError, RefusedError) as error:
            if not _may_pass(error) or time.monotonic() - heard_at >= patience:
                raise
        failures += 1
        time.sleep(wait_before(failures))


def _may_pass(error: UnreachableError | RefusedError) -> bool:
    return isinstance(error, UnreachableError) or error.code == "too_many_streams"


def _messages(transport: Transport, path: str, after: int) -> Iterator[ServerSentEvent]:
    headers = {"Last-Event-ID": str(after), "Accept": "text/event-stream"}
    with transport.stream(path, headers=headers, timeout=HEARTBEAT_SECONDS) as answer:
        yield from read_events(answer.iter_lines())


def _parsed(told: ServerSentEvent) -> Message:
    kind = Event if told.name == "event" else Position
    return kind.model_validate_json(told.data)
