"""The secrets of webhooks under an operator's key that is replaced."""

import pytest
from cryptography.fernet import InvalidToken

from store.schema import Webhook
from store.seal import unseal
from store.webhooks import Webhooks, reseal_secrets
from tests.store.conftest import Board

OLD, NEW = "o" * 32, "n" * 32


def _add(board: Board, key: str) -> str:
    with board.database.transaction() as session:
        webhooks = Webhooks(session, board.project.id)
        webhook, _ = webhooks.add("https://example.com", ["fine_tuning.job.failed"], [key])
        return webhook.id


def _sealed(board: Board, webhook_id: str) -> bytes:
    with board.database.transaction() as session:
        return session.get_one(Webhook, webhook_id).sealed_secret


class TestResealSecrets:
    @pytest.fixture(autouse=True)
    def _alone(self, board: Board) -> None:
        """Other tests of this database seal under keys of their own."""
        with board.database.transaction() as session:
            session.query(Webhook).delete()

    def test_a_secret_moves_to_the_present_key_once(self, board: Board) -> None:
        webhook_id = _add(board, OLD)
        secret = unseal(_sealed(board, webhook_id), [OLD])
        for moved in (1, 0):
            with board.database.transaction() as session:
                assert reseal_secrets(session, [NEW, OLD]) == moved
        assert unseal(_sealed(board, webhook_id), [NEW]) == secret

    def test_one_under_an_unknown_key_is_told_and_nothing_is_changed(self, board: Board) -> None:
        first, unknown = _add(board, OLD), _add(board, "u" * 32)
        before = _sealed(board, first), _sealed(board, unknown)
        with pytest.raises(InvalidToken), board.database.transaction() as session:
            reseal_secrets(session, [NEW, OLD])
        assert (_sealed(board, first), _sealed(board, unknown)) == before
