"""Keys are found by their HMAC while they are valid."""

from datetime import UTC, datetime, timedelta

from store.database import Database
from store.keys import authenticate, create_key
from store.schema import Project

SECRET = "s" * 32


class TestAuthenticate:
    def test_a_fresh_key_is_known(self, database: Database, project: Project) -> None:
        with database.transaction() as session:
            row, key = create_key(session, SECRET, project.id, "ci")
        with database.transaction() as session:
            found = authenticate(session, SECRET, key)
        assert found is not None
        assert (found.id, found.hint) == (row.id, key[-4:])
        assert found.last_used_at is not None

    def test_an_unknown_key_is_nobody(self, database: Database) -> None:
        with database.transaction() as session:
            assert authenticate(session, SECRET, "tsl_nobody") is None

    def test_an_expired_key_is_nobody(self, database: Database, project: Project) -> None:
        past = datetime.now(UTC) - timedelta(seconds=1)
        with database.transaction() as session:
            _, key = create_key(session, SECRET, project.id, "old", expires_at=past)
            assert authenticate(session, SECRET, key) is None

    def test_a_key_made_under_another_secret_is_nobody(
        self, database: Database, project: Project
    ) -> None:
        with database.transaction() as session:
            _, key = create_key(session, SECRET, project.id, "ci")
            assert authenticate(session, "t" * 32, key) is None
