"""The thread that sends what is due, and one delivery of it."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest

from store import lifecycle
from store.schema import Delivery, Job, Webhook
from store.seal import unseal
from store.webhooks import Webhooks
from tests.store.conftest import Board
from tests.support.faulty import raising_once
from tests.support.polling import wait_for
from worker.webhooks.sender import WebhookSender

OLD, NEW = "o" * 32, "n" * 32


class TestRun:
    def test_secrets_move_to_the_present_key_when_it_starts(self, board: Board) -> None:
        with board.database.transaction() as session:
            session.query(Webhook).delete()
            webhooks = Webhooks(session, board.project.id)
            webhook, _ = webhooks.add("https://example.com", ["analysis.failed"], [OLD])
            before = webhook.sealed_secret
        settings = SimpleNamespace(operator_keys=[NEW, OLD], webhook_networks=[])
        context = SimpleNamespace(database=board.database, settings=settings)
        sender = WebhookSender(context, period=0.01)  # type: ignore[arg-type]
        sender.start()

        def moved() -> bytes | None:
            with board.database.transaction() as session:
                sealed = session.get_one(Webhook, webhook.id).sealed_secret
            return sealed if sealed != before else None

        try:
            after = wait_for(moved, "the secret to move")
        finally:
            sender.stop()
            sender.join()
        assert unseal(after, [NEW]) == unseal(before, [OLD])

    def test_a_fault_is_logged_and_what_is_due_next_is_sent(
        self, board: Board, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings = SimpleNamespace(operator_keys=[NEW], webhook_networks=[])
        sender = WebhookSender(
            SimpleNamespace(database=board.database, settings=settings),  # type: ignore[arg-type]
            period=0.01,
        )
        looked = threading.Event()

        def look(_: object) -> None:
            looked.set()

        monkeypatch.setattr("worker.webhooks.sender.next_parcel", raising_once(look))
        sender.start()
        try:
            assert looked.wait(20)
        finally:
            sender.stop()
            sender.join()
        assert "could not be sent" in caplog.text
        assert "ZeroDivisionError" in caplog.text


class TestSendNext:
    def test_a_fault_of_ours_counts_as_a_try(
        self, board: Board, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url, events = "https://example.com", ["fine_tuning.job.cancelled"]
        with board.database.transaction() as session:
            session.query(Webhook).delete()
            webhook, _ = Webhooks(session, board.project.id).add(url, events, [NEW])
        job = board.add()
        with board.database.transaction() as session:
            lifecycle.cancel(session, session.get_one(Job, job.id))
        monkeypatch.setattr("worker.webhooks.sender.deliver", raising_once(lambda *_: (204, None)))
        settings = SimpleNamespace(operator_keys=[NEW], webhook_networks=[])
        sender = WebhookSender(SimpleNamespace(database=board.database, settings=settings))  # type: ignore[arg-type]
        assert sender.send_next()
        with board.database.transaction() as session:
            (delivery,) = session.query(Delivery).filter_by(webhook_id=webhook.id)
            waits = delivery.due_at - delivery.created_at
            assert (delivery.tries, delivery.state) == (1, "waiting")
            assert delivery.error == "the worker failed: ZeroDivisionError"
        assert waits < timedelta(minutes=1)
        assert not sender.send_next()
