"""One bell: claim a job, run it under its lease, say how it ended."""

import logging
from collections.abc import Callable
from contextlib import ExitStack

from store.claims import Claim, ClaimTerms, claim_next, ring_if_more
from store.logs import logging_about
from worker.analysis.runner import run_analysis
from worker.assignment import Assignment
from worker.context import WorkerContext
from worker.group import Group, NobodyLeftError
from worker.tuning.runner import run_tuning

log = logging.getLogger(__name__)

Runner = Callable[[WorkerContext, Group], None]


def _analyze(context: WorkerContext, group: Group) -> None:
    group.each(lambda member: run_analysis(context, member.job, member.run, member.keeper))


RUNNERS: dict[str, Runner] = {"tuning": run_tuning, "analysis": _analyze}


def run_next(context: WorkerContext, queue: str) -> bool:
    """Run the next job of `queue`, with those that are tuned beside it.

    Returns False for a spare bell, which finds nothing.
    """
    claims = _claim(context, queue)
    if not claims:
        return False
    jobs = ", ".join(claim.job.id for claim in claims)
    with logging_about(job=jobs, attempt=claims[0].job.attempt), ExitStack() as stack:
        log.info("the run begins")
        members = [Assignment.of(context, claim) for claim in claims]
        for member in members:
            stack.enter_context(member.keeper)
        _perform(context, claims[0].job.kind, Group(members, context.settings))
        log.info("the run ends")
    with context.database.transaction() as session:
        ring_if_more(session, queue)
    return True


def _claim(context: WorkerContext, queue: str) -> list[Claim]:
    settings = context.settings
    terms = ClaimTerms(
        settings.lease, settings.time_limit, settings.max_running_jobs, settings.max_co_tuned_jobs
    )
    with context.database.transaction() as session:
        return claim_next(session, queue, terms)


def _perform(context: WorkerContext, kind: str, group: Group) -> None:
    """Run the jobs; what escapes their runner is the fault of none alone and ends them all."""
    try:
        RUNNERS[kind](context, group)
    except NobodyLeftError:
        return
    except Exception as error:
        for member in group.active:
            group.end(member, error)
