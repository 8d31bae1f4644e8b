"""The doctor says what is there and what is lacking, and ends with a status to match."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from store.catalogue import read_catalogue
from tests.support.servers import own_database


@pytest.fixture
def configured(tmp_path: Path, service_settings: None) -> Path:
    """A service that lacks nothing; returns the folder of its only model."""
    model = tmp_path / "model"
    model.mkdir()
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (model / name).touch()
    catalogue = tmp_path / "models.json"
    catalogue.write_text(json.dumps([{"id": "mine", "path": str(model)}]))
    return model


def _examine(folder: Path) -> Result:
    return CliRunner().invoke(
        app, ["doctor", "--data-dir", str(folder)], env={"COLUMNS": "300"}, catch_exceptions=False
    )


def _row(result: Result, what: str) -> str:
    return next(line for line in result.output.splitlines() if what in line)


class TestDoctor:
    def test_nothing_configured_is_fine_with_the_embedded_servers(self, tmp_path: Path) -> None:
        result = _examine(tmp_path)
        assert result.exit_code == 0, result.output
        assert "embedded" in _row(result, "PostgreSQL")
        assert "SmolLM2" in _row(result, "bundled model")

    def test_a_whole_service_is_fine(self, configured: Path, tmp_path: Path) -> None:
        result = _examine(tmp_path)
        assert result.exit_code == 0, result.output
        assert str(configured) in _row(result, "model mine")

    def test_a_database_that_is_away(
        self, configured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = "postgresql+psycopg://me:secret@127.0.0.1:1/none"
        monkeypatch.setenv("TSLOSS_DATABASE_URL", url)
        result = _examine(tmp_path)
        assert result.exit_code == 1
        assert "away" in _row(result, "database")
        assert "secret" not in result.output

    def test_a_redis_that_is_away(
        self, configured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TSLOSS_REDIS_URL", "redis://127.0.0.1:1/0")
        result = _examine(tmp_path)
        assert result.exit_code == 1
        assert "away" in _row(result, "Redis")

    def test_a_model_without_weights(self, configured: Path, tmp_path: Path) -> None:
        (configured / "model.safetensors").unlink()
        result = _examine(tmp_path)
        assert result.exit_code == 1
        assert "no safetensors files" in _row(result, "model mine")

    def test_a_storage_that_cannot_be_written(
        self, configured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("TSLOSS_ARTIFACTS_URL", str(tmp_path / "file"))
        result = _examine(tmp_path)
        assert result.exit_code == 1
        assert "Error" in _row(result, "artifacts")

    def test_a_database_without_tables(
        self, configured: Path, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with own_database(database_url) as bare:
            monkeypatch.setenv("TSLOSS_DATABASE_URL", bare)
            assert "run `tsloss migrate`" in _row(_examine(tmp_path), "database")

    def test_a_model_of_a_hub(self, configured: Path, tmp_path: Path) -> None:
        catalogue = '[{"id": "far", "path": "nobody/nothing"}]'
        (tmp_path / "models.json").write_text(catalogue)
        read_catalogue.cache_clear()
        assert "not downloaded yet" in _row(_examine(tmp_path), "model far")

    def test_programs_read_json(self, configured: Path, tmp_path: Path) -> None:
        given = ["doctor", "--json", "--data-dir", str(tmp_path)]
        found = {each["what"]: each for each in json.loads(CliRunner().invoke(app, given).stdout)}
        assert {"memory", "accelerator", "database", "Redis", "artifacts"} <= found.keys()
        assert found["database"]["good"] is True

    def test_half_of_a_configuration_names_the_rest(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TSLOSS_DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/none")
        result = _examine(tmp_path)
        assert result.exit_code == 1
        assert "TSLOSS_REDIS_URL: Field required" in _row(result, "settings")
