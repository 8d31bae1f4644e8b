"""One bell: claim a job, run it under its lease, say how it ended."""

import logging
from collections.abc import Callable
from datetime import timedelta

from store.claims import Claim, claim_next, ring_if_more
from store.errors import LeaseLostError
from store.runs import Run, RunKey
from store.schema import Job
from worker.analysis.runner import run_analysis
from worker.context import WorkerContext
from worker.errors import JobFailedError, RunStoppedError
from worker.lease import LeaseKeeper
from worker.tuning.runner import run_tuning

log = logging.getLogger(__name__)

Runner = Callable[[WorkerContext, Job, Run, LeaseKeeper], None]
RUNNERS: dict[str, Runner] = {"tuning": run_tuning, "analysis": run_analysis}


def run_next(context: WorkerContext, queue: str) -> bool:
    """Run the next job of `queue`. Returns False for a spare bell, which finds nothing."""
    claim = _claim(context, queue)
    if claim is None:
        return False
    job = claim.job
    run = Run(context.database, RunKey(job.id, job.project_id, job.attempt, claim.token))
    log.info("job %s, attempt %d: begins", job.id, job.attempt)
    with LeaseKeeper(run, _lease(context)) as keeper:
        _perform(context, job, run, keeper)
    log.info("job %s, attempt %d: ends", job.id, job.attempt)
    with context.database.transaction() as session:
        ring_if_more(session, queue)
    return True


def _claim(context: WorkerContext, queue: str) -> Claim | None:
    with context.database.transaction() as session:
        limit = context.settings.max_running_jobs
        return claim_next(session, queue, _lease(context), limit)


def _lease(context: WorkerContext) -> timedelta:
    return timedelta(seconds=context.settings.lease_seconds)


def _perform(context: WorkerContext, job: Job, run: Run, keeper: LeaseKeeper) -> None:
    try:
        _end_as_it_went(context, job, run, keeper)
    except LeaseLostError:
        log.warning("job %s, attempt %d: lost its lease", job.id, job.attempt)


def _end_as_it_went(context: WorkerContext, job: Job, run: Run, keeper: LeaseKeeper) -> None:
    try:
        RUNNERS[job.kind](context, job, run, keeper)
    except RunStoppedError as stop:
        _stop(run, stop)
    except JobFailedError as failure:
        run.fail(failure.code, str(failure), failure.param)
    except LeaseLostError:
        raise
    except MemoryError:
        run.fail("out_of_memory", "The worker's memory does not hold this job.")
    except Exception:
        log.exception("job %s, attempt %d: unexpected error", job.id, job.attempt)
        run.fail("internal", "An unexpected error occurred; the operator's log has the details.")


def _stop(run: Run, stop: RunStoppedError) -> None:
    if stop.reason == "cancel":
        run.cancel()
    elif stop.reason == "shutdown":
        run.release("its worker shut down")
