"""`tsloss keys` makes, lists and revokes keys in the database."""

import json

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from store.ids import new_id

pytestmark = pytest.mark.usefixtures("service_settings")


@pytest.fixture
def project() -> str:
    return new_id("proj")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["keys", *arguments], catch_exceptions=False)


def _told(*arguments: str) -> str:
    """What a command says that does what it was asked to."""
    result = _run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def _listed(project: str) -> list[list[str]]:
    return [line.split("\t") for line in _told("list", "--project", project).splitlines()]


class TestKeys:
    def test_one_is_made_listed_and_revoked(self, project: str) -> None:
        key = _told("create", "ci", "--project", project, "--scope", "read", "--days", "2")
        assert key.startswith("tsl_")
        ((key_id, hint, name, scopes, state, used),) = _listed(project)
        assert (name, scopes, used) == ("ci", "read", "never")
        assert key.strip().endswith(hint.removeprefix("..."))
        assert state.startswith("valid until ")
        assert _told("revoke", key_id, "--project", project).strip() == key_id
        (listed,) = json.loads(_told("list", "--project", project, "--json"))
        assert (listed["id"], listed["state"]) == (key_id, "revoked")

    def test_a_key_is_printed_once_and_listed_by_its_end(self, project: str) -> None:
        key = _told("create", "ci", "--project", project, "--scope", "read").strip()
        assert key.startswith("tsl_")
        ((key_id, hint, name, scopes, state, used),) = _listed(project)
        assert (hint, name, scopes) == (f"...{key[-4:]}", "ci", "read")
        assert (state, used) == ("valid", "never")
        assert key_id.startswith("key-")

    def test_a_key_that_ends_says_when(self, project: str) -> None:
        _told("create", "ci", "--project", project, "--days", "1")
        assert _listed(project)[0][4].startswith("valid until ")

    def test_a_revoked_key_stays_in_the_list(self, project: str) -> None:
        _told("create", "ci", "--project", project)
        key_id = _listed(project)[0][0]
        _told("revoke", key_id, "--project", project)
        assert _listed(project)[0][4] == "revoked"

    def test_programs_read_json(self, project: str) -> None:
        made = json.loads(_told("create", "ci", "--project", project, "--json"))
        assert made["key"].startswith("tsl_")
        assert made["scopes"] == ["read", "write", "admin"]

    def test_what_is_not_there_is_told_plainly(self, project: str) -> None:
        result = _run("list", "--project", project)
        assert result.exit_code != 0
        assert "Traceback" not in result.output
        assert project in result.output

    def test_an_unknown_key_is_refused(self, project: str) -> None:
        _told("create", "ci", "--project", project)
        result = _run("revoke", "key-none", "--project", project)
        assert (result.exit_code, "key-none" in result.stderr) == (4, True)

    def test_a_database_that_is_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TSLOSS_DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/none")
        assert _run("list").exit_code == 3
