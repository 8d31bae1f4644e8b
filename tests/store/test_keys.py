"""Keys are found by their HMAC while they are valid."""

from datetime import UTC, datetime, timedelta

import pytest

from store.database import Database
from store.errors import NotFoundError
from store.ids import new_id
from store.keys import Keys, create_key, find_key, note_use
from store.projects import get_or_create_project
from store.schema import Project

SECRET = "s" * 32


class TestFind:
    def test_a_fresh_key_is_known(self, database: Database, project: Project) -> None:
        with database.transaction() as session:
            row, key = create_key(session, SECRET, project.id, "ci")
            found = find_key(session, [SECRET], key)
        assert found is not None
        assert (found.id, found.project_id) == (row.id, project.id)
        assert (found.scopes, row.hint) == ({"read", "write", "admin"}, key[-4:])

    def test_its_use_is_noted_to_the_minute(self, database: Database, project: Project) -> None:
        with database.transaction() as session:
            row, key = create_key(session, SECRET, project.id, "ci")
            first = find_key(session, [SECRET], key)
            assert first is not None
            assert first.note_is_due
            note_use(session, [SECRET], row.id, key)
            again = find_key(session, [SECRET], key)
            assert again is not None
            assert not again.note_is_due
            row.last_used_at = datetime.now(UTC) - timedelta(minutes=2)
            session.flush()
            later = find_key(session, [SECRET], key)
            assert later is not None
            assert later.note_is_due

    def test_an_unknown_key_is_nobody(self, database: Database) -> None:
        with database.transaction() as session:
            assert find_key(session, [SECRET], "tsl_nobody") is None

    def test_an_expired_key_is_nobody(self, database: Database, project: Project) -> None:
        past = datetime.now(UTC) - timedelta(seconds=1)
        with database.transaction() as session:
            _, key = create_key(session, SECRET, project.id, "old", expires_at=past)
            assert find_key(session, [SECRET], key) is None

    def test_a_key_made_under_another_secret_is_nobody(
        self, database: Database, project: Project
    ) -> None:
        with database.transaction() as session:
            _, key = create_key(session, SECRET, project.id, "ci")
            assert find_key(session, ["t" * 32], key) is None

    def test_a_key_of_an_earlier_secret_moves_to_the_present_one(
        self, database: Database, project: Project
    ) -> None:
        present = "t" * 32
        with database.transaction() as session:
            _, key = create_key(session, SECRET, project.id, "old")
        with database.transaction() as session:
            found = find_key(session, [present, SECRET], key)
            assert found is not None
            assert found.note_is_due
            note_use(session, [present, SECRET], found.id, key)
        with database.transaction() as session:
            assert find_key(session, [present], key) is not None


class TestRevoke:
    def test_it_is_for_good(self, database: Database, project: Project) -> None:
        with database.transaction() as session:
            row, key = create_key(session, SECRET, project.id, "old")
            keys = Keys(session, project.id)
            ended = keys.revoke(row.id).revoked_at
            assert keys.revoke(row.id).revoked_at == ended
            assert find_key(session, [SECRET], key) is None

    def test_another_projects_key_is_not_found(self, database: Database, project: Project) -> None:
        with database.transaction() as session:
            row, _ = create_key(session, SECRET, project.id, "old")
            other = get_or_create_project(session, new_id("proj"))
            with pytest.raises(NotFoundError):
                Keys(session, other.id).revoke(row.id)
