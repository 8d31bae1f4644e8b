"""`tsloss gc`: retention, and what no row names."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from cli.gc import Collected, collect
from cli.keys.keys import create_key
from store.artifacts import open_artifacts
from store.ids import new_id
from store.settings import Settings

EXPERIMENT = """
INSERT INTO experiments (id, project_id, name, spec, created_at)
SELECT :id, id, 'test', '{}', now() - :age FROM projects WHERE name = :project
"""
JOB = """
INSERT INTO jobs (
    id, project_id, kind, queue, status, model_id, spec, metadata, finished_at, experiment_id)
SELECT
    :id, id, 'tuning', 'cpu', 'cancelled', 'tiny', '{"init": {}}', '{}', now() - :age, :experiment
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


SNAPSHOT = """
INSERT INTO snapshots (id, job_id, step, epoch, artifact_key, metrics, nearest_tokens)
VALUES (:id, :job, 0, 0, :key, '{}', '[]')
"""
START_FROM = """
UPDATE jobs SET spec = jsonb_build_object('init', jsonb_build_object('id', (
    SELECT id FROM snapshots WHERE job_id = :source))), status = 'queued', finished_at = NULL
WHERE id = :id
"""


@contextmanager
def _connected(settings: Settings) -> Iterator[Connection]:
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def _finished(settings: Settings, days: int, experiment: str | None = None) -> str:
    """Store a job that ended so many days ago, with a snapshot; return its id."""
    job_id, project = new_id("ftjob"), "gc"
    create_key("test", project, settings)
    open_artifacts(settings.artifacts_url).put(f"{job_id}/snapshot", b"x")
    with _connected(settings) as connection:
        given = {"age": timedelta(days=days), "project": project, "experiment": experiment}
        connection.execute(text(JOB), {"id": job_id, **given})
        row = {"id": new_id("ftckpt"), "job": job_id, "key": f"{job_id}/snapshot"}
        connection.execute(text(SNAPSHOT), row)
    return job_id


def _experiment(settings: Settings, *days: int) -> tuple[str, list[str]]:
    """Store an experiment whose runs ended so many days ago; return its id and theirs."""
    experiment, project = new_id("exp"), "gc"
    create_key("test", project, settings)
    with _connected(settings) as connection:
        given = {"id": experiment, "age": timedelta(days=100), "project": project}
        connection.execute(text(EXPERIMENT), given)
    return experiment, [_finished(settings, each, experiment) for each in days]


def _start_from(settings: Settings, job: str, source: str) -> None:
    """Queue a stored job that starts from another one's prompt."""
    with _connected(settings) as connection:
        connection.execute(text(START_FROM), {"id": job, "source": source})


def _rows(settings: Settings) -> set[str]:
    """The ids of jobs and experiments."""
    with _connected(settings) as connection:
        return set(connection.scalars(text("SELECT id FROM jobs UNION SELECT id FROM experiments")))


def _stored(settings: Settings) -> set[str]:
    return {key for key, _ in open_artifacts(settings.artifacts_url).listing()}


class TestRetention:
    def test_what_ended_long_ago_goes_with_its_artifacts(self, settings: Settings) -> None:
        old, young = _finished(settings, 31), _finished(settings, 29)
        assert collect(settings) == Collected(jobs=1, experiments=0, artifacts=[])
        assert _stored(settings) == {f"{young}/snapshot"}
        assert young in _rows(settings)
        assert old not in _rows(settings)

    def test_one_that_is_needed_stays_and_keeps_no_other(self, settings: Settings) -> None:
        needed, old = _finished(settings, 40), _finished(settings, 31)
        _start_from(settings, _finished(settings, 1), source=needed)
        collect(settings)
        assert {needed, old} & _rows(settings) == {needed}

    def test_without_a_limit_everything_stays(self, settings: Settings) -> None:
        old = _finished(settings, 4000)
        experiment, _ = _experiment(settings, 4000)
        kept = collect(settings.model_copy(update={"retention_days": None}))
        assert (kept.jobs, kept.experiments) == (0, 0)
        assert f"{old}/snapshot" in _stored(settings)
        assert experiment in _rows(settings)


class TestExperiments:
    def test_one_whose_runs_all_ended_long_ago_goes_with_them(self, settings: Settings) -> None:
        experiment, runs = _experiment(settings, 31, 40)
        assert collect(settings).experiments >= 1
        assert _rows(settings).isdisjoint({experiment, *runs})
        assert _stored(settings).isdisjoint(f"{run}/snapshot" for run in runs)

    def test_one_with_a_run_that_ended_lately_stays_as_a_whole(self, settings: Settings) -> None:
        experiment, runs = _experiment(settings, 29, 40)
        collect(settings)
        assert {experiment, *runs} <= _rows(settings)
        assert {f"{run}/snapshot" for run in runs} <= _stored(settings)

    def test_one_with_a_run_that_has_not_ended_stays_as_a_whole(self, settings: Settings) -> None:
        experiment, runs = _experiment(settings, 31, 40)
        _start_from(settings, runs[0], source=runs[1])
        collect(settings)
        assert {experiment, *runs} <= _rows(settings)

    def test_one_whose_prompts_are_needed_stays_as_a_whole(self, settings: Settings) -> None:
        experiment, runs = _experiment(settings, 31, 40)
        _start_from(settings, _finished(settings, 1), source=runs[1])
        collect(settings)
        assert {experiment, *runs} <= _rows(settings)
        assert {f"{run}/snapshot" for run in runs} <= _stored(settings)

    def test_one_that_must_stay_keeps_no_other(self, settings: Settings) -> None:
        needed, runs = _experiment(settings, 31)
        _start_from(settings, _finished(settings, 1), source=runs[0])
        old, _ = _experiment(settings, 31)
        collect(settings)
        assert {needed, old} & _rows(settings) == {needed}

    def test_one_whose_runs_were_deleted_one_by_one_goes_too(self, settings: Settings) -> None:
        experiment, _ = _experiment(settings)
        collect(settings)
        assert experiment not in _rows(settings)
