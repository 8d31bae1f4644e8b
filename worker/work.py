"""One bell: claim a job, run it under its lease, say how it ended."""

import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from store.claims import Claim, ClaimTerms, claim_next, ring_if_more
from store.errors import LeaseLostError
from store.logs import logging_about
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
    settings = context.settings
    key = RunKey(job.id, job.project_id, job.attempt, claim.token)
    run = Run(context.database, key, settings.patience)
    with logging_about(job=job.id, attempt=job.attempt):
        log.info("the run begins")
        with LeaseKeeper(run, settings.lease, settings.grace) as keeper:
            _perform(context, job, run, keeper)
        log.info("the run ends")
    with context.database.transaction() as session:
        ring_if_more(session, queue)
    return True


def _claim(context: WorkerContext, queue: str) -> Claim | None:
    settings = context.settings
    terms = ClaimTerms(settings.lease, settings.time_limit, settings.max_running_jobs)
    with context.database.transaction() as session:
        return claim_next(session, queue, terms)


def _perform(context: WorkerContext, job: Job, run: Run, keeper: LeaseKeeper) -> None:
    try:
        _end_as_it_went(context, job, run, keeper)
    except LeaseLostError:
        log.warning("the run lost its lease")


def _end_as_it_went(context: WorkerContext, job: Job, run: Run, keeper: LeaseKeeper) -> None:
    try:
        RUNNERS[job.kind](context, job, run, keeper)
    except RunStoppedError as stop:
        _stop(run, stop, context.settings.time_limit)
    except JobFailedError as failure:
        run.fail(failure.code, str(failure), failure.param)
    except LeaseLostError:
        raise
    except MemoryError:
        run.fail("out_of_memory", "The worker's memory does not hold this job.")
    except (OSError, OperationalError) as error:
        log.exception("storage or database failed")
        reason = f"storage or database failed ({type(error).__name__})"
        run.lose(reason, context.settings.max_attempts)
    except Exception:
        log.exception("unexpected error")
        run.fail("internal", "An unexpected error occurred; the operator's log has the details.")


def _stop(run: Run, stop: RunStoppedError, time_limit: timedelta) -> None:
    match stop.reason:
        case "cancel":
            run.cancel()
        case "pause":
            run.pause()
        case "shutdown":
            run.release("its worker shut down")
        case "timeout":
            hours = time_limit.total_seconds() / 3600
            run.fail("timeout", f"The run took longer than {hours:g} h; a retry goes on from here.")
