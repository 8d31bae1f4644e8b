"""A message as a receiver gets it: verified by the stock client, tried again, given up."""

import http.server
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from openai import InvalidWebhookSignatureError, OpenAI
from sqlalchemy import func, select

from store.deliveries import KEPT, PAUSES, Parcel, forget_ended_deliveries, next_parcel, note_answer
from store.lifecycle import request_cancel
from store.schema import Delivery, Job, Webhook
from store.seal import seal
from store.webhooks import Webhooks
from tests.store.conftest import Board
from tests.support.threads import in_a_thread
from worker.webhooks import delivery
from worker.webhooks.delivery import Answer

KEYS = ["k" * 32]
LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]


@dataclass
class Receiver:
    """A web server that answers with one status and keeps what it got."""

    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?x=1"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.got.append((dict(self.headers), body))
            self.send_response(receiver.status)
            self.send_header("location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def dripping() -> Iterator[str]:
    """The URL of a server whose answer comes byte by byte and does not end while a test waits."""
    ended = threading.Event()

    def drip(listening: socket.socket) -> None:
        with suppress(OSError), listening.accept()[0] as connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nx: ")
            for _ in range(200):
                connection.sendall(b"x")
                if ended.wait(0.05):
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        ended.set()
        # Where nobody came, the server still waits.
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def deliver(parcel: Parcel, keys: list[str], allowed: list[ipaddress.IPv4Network]) -> Answer:
    """Deliver in a thread, as the sender does."""
    return in_a_thread(lambda: delivery.deliver(parcel, keys, allowed))


def _parcel(url: str, secret: bytes = b"s" * 32) -> Parcel:
    sealed = seal(secret, KEYS)
    return Parcel("msg-1", url, sealed, "fine_tuning.job.succeeded", {"id": "ftjob-1"}, 1e9)


class TestDeliver:
    def test_the_stock_client_verifies_it(self, board: Board, receiver: Receiver) -> None:
        with board.database.transaction() as session:
            hook, secret = Webhooks(session, board.project.id).add(receiver.url, ["x"], KEYS)
            sealed = hook.sealed_secret
        parcel = Parcel(
            "msg-1", receiver.url, sealed, "fine_tuning.job.succeeded", {"id": "f"}, 1e9
        )
        assert deliver(parcel, KEYS, LOOPBACK) == (200, None)
        ((headers, body),) = receiver.got
        client = OpenAI(api_key="x", webhook_secret=secret)
        event = client.webhooks.unwrap(body, headers)
        assert (event.type, event.data.id) == ("fine_tuning.job.succeeded", "f")
        with pytest.raises(InvalidWebhookSignatureError):
            client.webhooks.unwrap(body + b" ", headers)

    def test_a_redirect_is_an_answer_and_not_followed(self, receiver: Receiver) -> None:
        receiver.status = 307
        assert deliver(_parcel(receiver.url), KEYS, LOOPBACK) == (307, None)
        assert len(receiver.got) == 1

    def test_the_address_that_was_checked_is_the_one_that_gets_it(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No name server can be had here that answers once."""
        asked, really = list[str](), socket.getaddrinfo

        def once(host: str, *given: Any, **named: Any) -> Any:
            if host == "127.0.0.1":
                return really(host, *given, **named)
            asked.append(host)
            assert asked == ["hook.example"], "looked up again"
            return really("127.0.0.1", *given, **named)

        monkeypatch.setattr(socket, "getaddrinfo", once)
        url = f"http://hook.example:{receiver.port}/hook"
        assert deliver(_parcel(url), KEYS, LOOPBACK) == (200, None)
        ((headers, _),) = receiver.got
        assert headers["Host"] == f"hook.example:{receiver.port}"
        assert asked == ["hook.example"]

    def test_a_private_address_gets_nothing(self, receiver: Receiver) -> None:
        status, error = deliver(_parcel(receiver.url), KEYS, [])
        assert (status, receiver.got) == (None, [])
        assert "private" in str(error)

    def test_nobody_there_is_told(self) -> None:
        status, error = deliver(_parcel("http://127.0.0.1:9/"), KEYS, LOOPBACK)
        assert (status, error is None) == (None, False)

    def test_an_answer_that_drips_is_given_up(
        self, dripping: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("worker.webhooks.delivery.DEADLINE_SECONDS", 0.5)
        began = time.monotonic()
        assert deliver(_parcel(dripping), KEYS, LOOPBACK) == (None, "no answer within 0.5 s")
        assert time.monotonic() - began < 5

    def test_a_name_server_that_is_silent_is_given_up(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No name server can be had here: the resolver's call waits in its place."""
        over = threading.Event()
        monkeypatch.setattr("worker.webhooks.delivery.DEADLINE_SECONDS", 0.5)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(60))
        began = time.monotonic()
        sent = deliver(_parcel("https://silent.example/"), KEYS, LOOPBACK)
        took = time.monotonic() - began
        over.set()
        assert sent == (None, "no answer within 0.5 s")
        assert took < 5

    def test_a_secret_under_a_lost_key_is_told(self, receiver: Receiver) -> None:
        assert "sealed" in str(deliver(_parcel(receiver.url), ["other" * 8], LOOPBACK)[1])

    def test_a_secret_under_an_earlier_key_is_read(self, receiver: Receiver) -> None:
        assert deliver(_parcel(receiver.url), ["n" * 32, *KEYS], LOOPBACK) == (200, None)


class TestNoteAnswer:
    @pytest.fixture
    def delivery(self, board: Board) -> str:
        with board.database.transaction() as session:
            webhooks = Webhooks(session, board.project.id)
            webhooks.add("https://example.com", ["fine_tuning.job.cancelled"], KEYS)
        job = board.add()
        with board.database.transaction() as session:
            request_cancel(session, session.get_one(Job, job.id))
            session.flush()
            return session.query(Delivery.id).filter_by(job_id=job.id).scalar()

    def _try(self, board: Board, delivery: str, status: int | None) -> Delivery:
        with board.database.transaction() as session:
            row = session.get_one(Delivery, delivery)
            row.tries += 1
        with board.database.transaction() as session:
            note_answer(session, delivery, status, None if status else "nobody there")
        with board.database.transaction() as session:
            return session.get_one(Delivery, delivery)

    def _now(self, board: Board) -> datetime:
        with board.database.reading() as session:
            return session.execute(select(func.clock_timestamp())).scalar_one()

    def test_a_success_ends_it(self, board: Board, delivery: str) -> None:
        row = self._try(board, delivery, 204)
        assert (row.state, row.due_at) == ("delivered", None)
        assert row.delivered_at is not None

    def test_a_failure_is_tried_again_later_and_later_and_then_given_up(
        self, board: Board, delivery: str
    ) -> None:
        for pause in PAUSES:
            before = self._now(board)
            row = self._try(board, delivery, 500)
            assert (row.state, row.answer_status) == ("waiting", 500)
            assert row.due_at is not None
            assert before + pause <= row.due_at <= self._now(board) + pause
        row = self._try(board, delivery, None)
        assert (row.state, row.error) == ("failed", "nobody there")

    def test_gone_disables_the_webhook(self, board: Board, delivery: str) -> None:
        row = self._try(board, delivery, 410)
        assert row.state == "failed"
        with board.database.transaction() as session:
            assert session.get_one(Webhook, row.webhook_id).disabled_at is not None


class TestNextParcel:
    def test_two_senders_never_hold_the_same(self, board: Board) -> None:
        with board.database.transaction() as session:
            webhooks = Webhooks(session, board.project.id)
            webhooks.add("https://example.com", ["fine_tuning.job.cancelled"], KEYS)
        job = board.add()
        board.ask(job, "request_cancel")
        held = []
        while True:
            with board.database.transaction() as session:
                parcel = next_parcel(session)
            if parcel is None:
                break
            held.append(parcel.delivery_id)
        assert len(held) == len(set(held)) > 0


class TestForgetEndedDeliveries:
    @pytest.mark.parametrize(
        ("state", "age", "kept"),
        [
            ("delivered", KEPT + timedelta(hours=1), False),
            ("failed", KEPT + timedelta(hours=1), False),
            ("delivered", KEPT - timedelta(hours=1), True),
            ("waiting", KEPT + timedelta(hours=1), True),
        ],
    )
    def test_what_ended_long_ago_goes(
        self, board: Board, state: str, age: timedelta, kept: bool
    ) -> None:
        with board.database.transaction() as session:
            webhooks = Webhooks(session, board.project.id)
            webhooks.add("https://example.com", ["fine_tuning.job.cancelled"], KEYS)
        job = board.add()
        board.ask(job, "request_cancel")
        with board.database.transaction() as session:
            row = session.query(Delivery).filter_by(job_id=job.id).first()
            assert row is not None
            row.state, row.created_at = state, func.clock_timestamp() - age
            session.flush()
            forget_ended_deliveries(session)
            found = session.scalar(select(Delivery.id).where(Delivery.id == row.id))
            assert (found is not None) == kept
