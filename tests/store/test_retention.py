"""What is no longer kept, and what is to be kept again."""

from datetime import timedelta

import pytest
from sqlalchemy import func, update

from store.database import Database
from store.errors import ConflictError
from store.experiments import Experiments
from store.retention import delete_expired_experiment, expired_experiments
from store.schema import Experiment, Job, Project
from tests.store.conftest import Board
from tsloss_core.spec import SoftPromptSpec, resolve

DAYS = 30


def _experiment(board: Board) -> str:
    """Make an experiment of one run that was cancelled, all of it long ago."""
    experiment = Experiment(name="test", metadata_={}, spec={})
    spec = resolve(SoftPromptSpec(), rows=8).model_dump(mode="json")
    job = Job(queue=board.queue, spec=spec, metadata_={})
    with board.database.transaction() as session:
        Experiments(session, board.project.id).create(experiment, [job], 100)
        Experiments(session, board.project.id).cancel(experiment.id)
    long_ago = func.clock_timestamp() - timedelta(days=DAYS + 1)
    with board.database.transaction() as session:
        session.execute(
            update(Experiment).where(Experiment.id == experiment.id).values(created_at=long_ago)
        )
        session.execute(update(Job).where(Job.id == job.id).values(finished_at=long_ago))
    return experiment.id


def _touch(database: Database, project: Project) -> None:
    """Let the project's jobs end now."""
    with database.transaction() as session:
        session.execute(
            update(Job)
            .where(Job.project_id == project.id)
            .values(finished_at=func.clock_timestamp())
        )


class TestDeleteExpiredExperiment:
    def test_it_is_gone_once(self, board: Board) -> None:
        experiment = _experiment(board)
        with board.database.transaction() as session:
            assert experiment in expired_experiments(session, DAYS)
            delete_expired_experiment(session, DAYS, experiment)
        with board.database.transaction() as session:
            assert experiment not in expired_experiments(session, DAYS)
            with pytest.raises(ConflictError, match="is gone"):
                delete_expired_experiment(session, DAYS, experiment)

    def test_one_that_went_on_since_it_was_listed_stays(
        self, board: Board, project: Project
    ) -> None:
        experiment = _experiment(board)
        _touch(board.database, project)
        with board.database.transaction() as session, pytest.raises(ConflictError, match="kept"):
            delete_expired_experiment(session, DAYS, experiment)
        with board.database.reading() as session:
            assert Experiments(session, project.id).get(experiment)
