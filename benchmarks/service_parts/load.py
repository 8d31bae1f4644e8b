"""A load generator that costs little itself: keep-alive connections and hand-written HTTP/1.1."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

Build = Callable[[int], bytes]
"""Makes the n-th request."""


@dataclass
class Sample:
    """The answers of one run: seconds each took, statuses by count, seconds of the whole run."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    whole: float = 0.0

    def note(self, status: int, seconds: float) -> None:
        """Count one answer."""
        self.seconds.append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1

    def milliseconds(self, percent: float) -> float:
        """Return a percentile."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.seconds) / self.whole

    def expect(self, status: int) -> None:
        """Raise if any answer had another status: a rate of refusals is no rate."""
        if set(self.statuses) != {status}:
            raise RuntimeError(f"wanted {status} alone, got {self.statuses}")


class Caller:
    """A key's requests to a port of this machine."""

    def __init__(self, port: int, key: str) -> None:
        self.port = port
        self._head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"

    def get(self, path: str, **headers: str) -> bytes:
        """Return the bytes of a GET."""
        return f"GET {path} HTTP/1.1\r\n{self._head}{_lines(headers)}\r\n".encode()

    def post(self, path: str, body: bytes, **headers: str) -> bytes:
        """Return the bytes of a POST of JSON."""
        typed = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return f"POST {path} HTTP/1.1\r\n{self._head}{typed}{_lines(headers)}\r\n".encode() + body

    async def one(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send one request and return status, headers and body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        answer = await _read(reader)
        writer.close()
        return answer


async def as_fast_as_it_goes(
    caller: Caller, build: Build, count: int, connections: int = 8
) -> Sample:
    """Send `count` requests, each connection its next one as soon as it has the last answer."""
    numbers = iter(range(count))

    async def one_connection(sample: Sample) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", caller.port)
        for number in numbers:
            sample.note(*await _timed(reader, writer, build(number), time.perf_counter()))
        writer.close()

    return await _all(one_connection, connections)


async def at_a_rate(
    caller: Caller, build: Build, rate: float, seconds: float, connections: int = 64
) -> Sample:
    """Send requests when they are due, however long the answers take.

    An answer's time counts from when its request was due, so that a server which stalls is not
    spared the requests it kept waiting. What is not sent after three times `seconds` is given up.
    """
    began = time.perf_counter()
    numbers = iter(range(int(rate * seconds)))
    until = began + 3 * seconds

    async def one_connection(sample: Sample) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", caller.port)
        for number in numbers:
            due = began + number / rate
            if time.perf_counter() > until:
                break
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sample.note(*await _timed(reader, writer, build(number), due))
        writer.close()

    return await _all(one_connection, connections)


async def _all(one_connection: Callable[[Sample], Awaitable[None]], connections: int) -> Sample:
    sample, began = Sample(), time.perf_counter()
    await asyncio.gather(*(one_connection(sample) for _ in range(connections)))
    sample.whole = time.perf_counter() - began
    return sample


async def _timed(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, since: float
) -> tuple[int, float]:
    writer.write(request)
    status, _, _ = await _read(reader)
    return status, time.perf_counter() - since


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return int(first.split(" ", 2)[1]), headers, body


def _lines(headers: dict[str, Any]) -> str:
    return "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
