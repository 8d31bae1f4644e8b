"""What only a real socket shows: bodies that do not end, and many callers at once."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.api.support import JOBS, ROW, Door, jsonl
from tests.support.running import Running

CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
ENOUGH = 500 * 0x10000
FORM = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'


@contextmanager
def _endless(server: Running, path: str, content_type: str, key: str) -> Iterator[socket.socket]:
    """Open a request whose body has no length."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(head.encode())
        yield connection


def _send_until_answered(connection: socket.socket) -> int:
    """Send chunks until the server has had enough; return the number of bytes sent."""
    sent = 0
    connection.settimeout(0.02)
    while sent < ENOUGH:
        try:
            connection.sendall(CHUNK)
            sent += len(CHUNK)
            if connection.recv(1, socket.MSG_PEEK):
                break
        except TimeoutError:
            continue
        except (BrokenPipeError, ConnectionResetError):
            break
    return sent


def _status(connection: socket.socket) -> bytes:
    connection.settimeout(10)
    return connection.recv(12)


class TestEndlessBodies:
    def test_without_a_key_nothing_is_read(self, server: Running) -> None:
        with _endless(server, "/v1/files", FORM, "tsl_unknown") as connection:
            assert _status(connection) == b"HTTP/1.1 401"

    @pytest.mark.parametrize(
        ("path", "content_type"), [("/v1/files", FORM), (JOBS, "application/json")]
    )
    def test_reading_ends_soon_after_the_limit(
        self, server: Running, door: Door, path: str, content_type: str
    ) -> None:
        with _endless(server, path, content_type, door.key) as connection:
            if content_type == FORM:
                connection.sendall(b"%x\r\n%s\r\n" % (len(PART), PART))
            sent = _send_until_answered(connection)
            assert sent < ENOUGH
            assert _status(connection) == b"HTTP/1.1 413"

    def test_a_body_that_announces_too_much_is_not_read(self, server: Running, door: Door) -> None:
        head = (
            f"POST {JOBS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.key}\r\n"
            "Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(head.encode())
            assert _status(connection) == b"HTTP/1.1 413"


class TestManyAtOnce:
    def test_more_callers_than_connections_are_all_answered(
        self, server: Running, door: Door
    ) -> None:
        """Threads and pooled connections must not wait for each other."""
        base = server.base_url
        headers = {"Authorization": f"Bearer {door.key}"}
        limits = httpx.Limits(max_connections=100)
        with (
            httpx.Client(base_url=base, headers=headers, limits=limits, timeout=25) as client,
            ThreadPoolExecutor(100) as callers,
        ):
            upload = {"file": ("rows.jsonl", jsonl(ROW))}
            file_id = client.post("/v1/files", data={"purpose": "fine-tune"}, files=upload).json()[
                "id"
            ]
            answers = callers.map(lambda _: client.get(f"/v1/files/{file_id}"), range(300))
            assert {answer.status_code for answer in answers} == {200}
