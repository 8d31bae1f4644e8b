"""`tsloss keys` makes, lists and revokes keys in the database."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from store.ids import new_id


@pytest.fixture(autouse=True)
def _service(
    tmp_path: Path, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ARTIFACTS_URL": str(tmp_path),
        "MODELS": str(tmp_path / "models.json"),
        "SECRET_KEY": "s" * 32,
    }.items():
        monkeypatch.setenv(f"TSLOSS_{name}", value)


@pytest.fixture
def project() -> str:
    return new_id("proj")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["keys", *arguments], catch_exceptions=False)


class TestKeys:
    def test_one_is_made_listed_and_revoked(self, project: str) -> None:
        key = _run("create", "ci", "--project", project, "--scope", "read", "--days", "2").stdout
        assert key.startswith("tsl_")
        ((key_id, hint, name, scopes, state, used),) = [
            line.split("\t") for line in _run("list", "--project", project).stdout.splitlines()
        ]
        assert (name, scopes, used) == ("ci", "read", "never")
        assert key.strip().endswith(hint.removeprefix("..."))
        assert state.startswith("valid until ")
        assert _run("revoke", key_id, "--project", project).stdout.strip() == key_id
        (listed,) = json.loads(_run("list", "--project", project, "--json").stdout)
        assert (listed["id"], listed["state"]) == (key_id, "revoked")

    def test_programs_read_json(self, project: str) -> None:
        made = json.loads(_run("create", "ci", "--project", project, "--json").stdout)
        assert made["key"].startswith("tsl_")
        assert made["scopes"] == ["read", "write", "admin"]

    def test_an_unknown_key_is_refused(self, project: str) -> None:
        _run("create", "ci", "--project", project)
        result = _run("revoke", "key-none", "--project", project)
        assert (result.exit_code, "key-none" in result.stderr) == (4, True)

    def test_a_database_that_is_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TSLOSS_DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/none")
        assert _run("list").exit_code == 3
