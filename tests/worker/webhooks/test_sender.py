"""The sender's thread after the operator's key was replaced."""

from types import SimpleNamespace

from store.schema import Webhook
from store.seal import unseal
from store.webhooks import Webhooks
from tests.store.conftest import Board
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
