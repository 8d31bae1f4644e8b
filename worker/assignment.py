"""A claimed job in the hands of this worker."""

from dataclasses import dataclass

from store.claims import Claim
from store.runs import Run, RunKey
from store.schema import Job
from worker.context import WorkerContext
from worker.lease import LeaseKeeper


@dataclass(frozen=True)
class Assignment:
    """A job, the run that writes about it, and the thread that keeps its lease."""

    job: Job
    run: Run
    keeper: LeaseKeeper

    @classmethod
    def of(cls, context: WorkerContext, claim: Claim) -> "Assignment":
        """Make the run of a claim; its keeper is not started."""
        job, settings = claim.job, context.settings
        key = RunKey(job.id, job.project_id, job.attempt, claim.token)
        run = Run(context.database, key, settings.patience)
        return cls(job, run, LeaseKeeper(run, settings.lease, settings.grace))

    def enter(self, phase: str) -> None:
        """Tell what the run does next; a boundary at which it can be asked to end.

        Raises RunStoppedError.
        """
        self.keeper.stop_if_asked()
        self.run.record_phase(phase)
