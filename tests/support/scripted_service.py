"""A service that answers as a test has written down, whatever it is asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], Any]
"""Status, headers, and what becomes the body as JSON."""


@dataclass(frozen=True)
class Sent:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Script:
    """The answers to come, in order; the last one is given for good."""

    answers: list[Answer]
    sent: list[Sent] = field(default_factory=list)
    url: str = ""

    def next(self) -> Answer:
        """Return the answer whose turn it is."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def refusal(status: int, code: str, **headers: str) -> Answer:
    """Return an answer in the service's words."""
    error = {"message": code, "type": "", "param": None, "code": code}
    return status, headers, {"error": error}


@contextmanager
def scripted_service(*answers: Answer, port: int = 0) -> Iterator[Script]:
    """Serve a script while inside, on a free port unless one is given."""
    script = Script(list(answers))
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(script))
    script.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()


def _handler(script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_DELETE(self) -> None:
            self._answer()

        def _answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            script.sent.append(Sent(self.path, dict(self.headers.items()), body))
            status, headers, answer = script.next()
            content = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
