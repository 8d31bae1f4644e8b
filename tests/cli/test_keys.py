"""`tsloss keys`: create, list, revoke; what the API says of the same keys."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from store.ids import new_id
from tests.support.running import Running

COMMANDS = CliRunner()


@pytest.fixture
def project(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str, redis_url: str
) -> str:
    """A fresh project's name; the commands find the service in the environment."""
    running = Running.prepare(tmp_path / "service", database_url, redis_url)
    for name, value in running.settings.items():
        monkeypatch.setenv(name, value)
    return new_id("proj")


def _run(*words: str) -> str:
    result = COMMANDS.invoke(app, ["keys", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def _listed(project: str) -> list[list[str]]:
    return [line.split("\t") for line in _run("list", "--project", project).splitlines()]


class TestKeys:
    def test_a_key_is_printed_once_and_listed_by_its_end(self, project: str) -> None:
        key = _run("create", "ci", "--project", project, "--scope", "read").strip()
        assert key.startswith("tsl_")
        ((key_id, hint, name, scopes, state, used),) = _listed(project)
        assert (hint, name, scopes) == (f"...{key[-4:]}", "ci", "read")
        assert (state, used) == ("valid", "never")
        assert key_id.startswith("key-")

    def test_a_key_that_ends_says_when(self, project: str) -> None:
        _run("create", "ci", "--project", project, "--days", "1")
        assert _listed(project)[0][4].startswith("valid until ")

    def test_a_revoked_key_stays_in_the_list(self, project: str) -> None:
        _run("create", "ci", "--project", project)
        key_id = _listed(project)[0][0]
        _run("revoke", key_id, "--project", project)
        assert _listed(project)[0][4] == "revoked"

    def test_what_is_not_there_is_told_plainly(self, project: str) -> None:
        result = COMMANDS.invoke(app, ["keys", "list", "--project", project])
        assert result.exit_code != 0
        assert "Traceback" not in result.output
        assert project in result.output
