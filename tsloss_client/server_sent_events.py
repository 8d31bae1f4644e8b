"""Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class ServerSentEvent:
    """One message. `id` is the last one that the stream has told, "" before the first."""

    name: str
    data: str
    id: str


def read_events(lines: Iterable[str]) -> Iterator[ServerSentEvent]:
    """Yield the messages of a stream, given line by line without the line ends.

    Comments are passed over, as is a message that the stream breaks off in.
    """
    name, data, last_id = "", list[str](), ""
    for line in lines:
        if not line:
            if data:
                yield ServerSentEvent(name or "message", "\n".join(data), last_id)
            name, data = "", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match field:
            case "event":
                name = value
            case "data":
                data.append(value)
            case "id" if "\0" not in value:
                last_id = value
