"""Experiments whose jobs are steered while they run."""

from sqlalchemy import text

from store.experiments import Experiments
from store.schema import Experiment, Job
from tests.store.conftest import Board
from tsloss_core.spec import SoftPromptSpec, resolve


class TestHeld:
    def test_a_run_of_its_jobs_goes_on_writing(self, board: Board) -> None:
        experiment = Experiment(name="test", metadata_={}, spec={})
        spec = resolve(SoftPromptSpec(), rows=8).model_dump(mode="json")
        job = Job(queue=board.queue, spec=spec, metadata_={}, seed=0)
        with board.database.transaction() as session:
            Experiments(session, board.project.id).create(experiment, [job], 10)
        with board.database.transaction() as steering:
            Experiments(steering, board.project.id).held(experiment.id)
            with board.database.transaction() as session:
                session.execute(text("SET LOCAL lock_timeout = '5s'"))
                row = session.get_one(Job, job.id, with_for_update=True)
                # Only a second change in one transaction makes PostgreSQL look at what a row names.
                for tokens in (1, 2):
                    row.trained_tokens = tokens
                    session.flush()
        with board.database.reading() as session:
            assert session.get_one(Job, job.id).trained_tokens == 2
