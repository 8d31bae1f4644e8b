"""Starts a Celery worker as ours must run: one child per processor slot, one job at a time."""

from collections.abc import Sequence

from store.jobs import ANALYSIS_QUEUE
from worker.cards import announce_children
from worker.context import get_context
from worker.spinning import spin_briefly


def default_queues() -> list[str]:
    """Return the queue of every base model, and the one of analyses."""
    models = {entry.queue for entry in get_context().catalogue.all()}
    return [*sorted(models), ANALYSIS_QUEUE]


def main(queues: Sequence[str] = (), concurrency: int = 1) -> None:
    """Work on `queues` (all of them if none is named) until the process is told to end.

    `concurrency` is the number of children, each with a model loaded; graphics cards are dealt to
    them.
    """
    from worker.app import app

    announce_children(concurrency)
    spin_briefly()
    wanted = list(queues) or default_queues()
    app.worker_main(
        [
            "worker",
            "--pool=prefork",
            f"--concurrency={concurrency}",
            f"--queues={','.join(wanted)}",
            "--loglevel=INFO",
            "--without-gossip",
            "--without-mingle",
        ]
    )
