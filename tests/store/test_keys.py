"""Keys are found by their HMAC while they are valid."""

from datetime import UTC, datetime, timedelta

import pytest

from store.database import Database
from store.errors import NotFoundError
from store.ids import new_id
from store.keys import Keys, authenticate, create_key
from store.projects import get_or_create_project
from store.schema import Project

SECRET = "s" * 32


class TestAuthenticate:
    def test_a_fresh_key_is_known(self, database: Database, project: Project) -> None:
        with database.transaction() as session:
            row, key = create_key(session, SECRET, project.id, "ci")
        with database.transaction() as session:
            found = authenticate(session, [SECRET], key)
        assert found is not None
        assert (found.id, found.hint) == (row.id, key[-4:])
        assert found.last_used_at is not None

    def test_an_unknown_key_is_nobody(self, database: Database) -> None:
        with database.transaction() as session:
            assert authenticate(session, [SECRET], "tsl_nobody") is None

    def test_an_expired_key_is_nobody(self, database: Database, project: Project) -> None:
        past = datetime.now(UTC) - timedelta(seconds=1)
        with database.transaction() as session:
            _, key = create_key(session, SECRET, project.id, "old", expires_at=past)
            assert authenticate(session, [SECRET], key) is None

    def test_a_key_made_under_another_secret_is_nobody(
        self, database: Database, project: Project
    ) -> None:
        with database.transaction() as session:
            _, key = create_key(session, SECRET, project.id, "ci")
            assert authenticate(session, ["t" * 32], key) is None

    def test_a_key_of_an_earlier_secret_moves_to_the_present_one(
        self, database: Database, project: Project
    ) -> None:
        present = "t" * 32
        with database.transaction() as session:
            _, key = create_key(session, SECRET, project.id, "old")
        with database.transaction() as session:
            assert authenticate(session, [present, SECRET], key) is not None
        with database.transaction() as session:
            assert authenticate(session, [present], key) is not None


class TestRevoke:
    def test_it_is_for_good(self, database: Database, project: Project) -> None:
        with database.transaction() as session:
            row, key = create_key(session, SECRET, project.id, "old")
            keys = Keys(session, project.id)
            ended = keys.revoke(row.id).revoked_at
            assert keys.revoke(row.id).revoked_at == ended
            assert authenticate(session, [SECRET], key) is None

    def test_another_projects_key_is_not_found(self, database: Database, project: Project) -> None:
        with database.transaction() as session:
            row, _ = create_key(session, SECRET, project.id, "old")
            other = get_or_create_project(session, new_id("proj"))
            with pytest.raises(NotFoundError):
                Keys(session, other.id).revoke(row.id)
