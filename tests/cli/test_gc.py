"""`tsloss gc`: retention, and what no row names."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from cli.gc import collect
from cli.keys.keys import create_key
from store.artifacts import open_artifacts
from store.ids import new_id
from store.settings import Settings

JOB = """
INSERT INTO jobs (id, project_id, kind, queue, status, model_id, spec, metadata, finished_at)
SELECT :id, id, 'tuning', 'cpu', 'cancelled', 'tiny', '{"init": {}}', '{}', now() - :age
FROM projects WHERE name = :project
"""


@pytest.fixture
def settings(tmp_path: Path, own_database_url: str, redis_url: str) -> Settings:
    models = tmp_path / "models.json"
    models.write_text("[]")
    return Settings(
        database_url=own_database_url,
        redis_url=redis_url,
        artifacts_url=str(tmp_path / "artifacts"),
        models=models,
        secret_key="s" * 32,
        retention_days=30,
    )


def _finished(settings: Settings, days: int) -> str:
    """Store a job that ended so many days ago, with a snapshot; return its id."""
    job_id, project = new_id("ftjob"), "gc"
    create_key("test", project, settings)
    open_artifacts(settings.artifacts_url).put(f"{job_id}/snapshot", b"x")
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        given = {"id": job_id, "age": timedelta(days=days), "project": project}
        connection.execute(text(JOB), given)
        row = {"id": new_id("ftckpt"), "job": job_id, "key": f"{job_id}/snapshot"}
        connection.execute(
            text(
                "INSERT INTO snapshots (id, job_id, step, epoch, artifact_key, metrics,"
                " nearest_tokens) VALUES (:id, :job, 0, 0, :key, '{}', '[]')"
            ),
            row,
        )
    engine.dispose()
    return job_id


def _stored(settings: Settings) -> set[str]:
    return {key for key, _ in open_artifacts(settings.artifacts_url).listing()}


class TestRetention:
    def test_what_ended_long_ago_goes_with_its_artifacts(self, settings: Settings) -> None:
        old, young = _finished(settings, 31), _finished(settings, 29)
        assert collect(settings) == (1, [])
        assert _stored(settings) == {f"{young}/snapshot"}
        engine = create_engine(settings.database_url)
        with engine.connect() as connection:
            kept = set(connection.scalars(text("SELECT id FROM jobs")))
        engine.dispose()
        assert young in kept
        assert old not in kept

    def test_without_a_limit_everything_stays(self, settings: Settings) -> None:
        old = _finished(settings, 4000)
        deleted, _ = collect(settings.model_copy(update={"retention_days": None}))
        assert deleted == 0
        assert f"{old}/snapshot" in _stored(settings)
