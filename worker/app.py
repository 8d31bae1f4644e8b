"""The Celery application of the workers and its one task.

Importing this module stays light: the parent process never imports torch.
"""

import importlib
from typing import Any

from celery import Task
from celery.signals import (
    setup_logging,
    worker_process_init,
    worker_ready,
    worker_shutting_down,
)

from store.bell import TASK, make_celery
from store.logs import configure_logging
from store.settings import get_settings
from worker import shutdown
from worker.cards import take_share
from worker.context import get_context
from worker.reconciler import Reconciler
from worker.webhooks.sender import WebhookSender

settings = get_settings()
app = make_celery(settings.redis_url)
app.conf.update(
    # For a run that is stuck so deeply that its own lease keeper cannot end it.
    task_time_limit=settings.max_run_seconds + 3 * settings.grace_seconds,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    worker_pool_start_method="spawn",
    # A child imports torch before it reports; Celery kills one that takes longer than this, and on
    # a busy machine its 4 seconds would kill every child.
    worker_proc_alive_timeout=600.0,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_soft_shutdown_timeout=60.0,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
)


@app.task(name=TASK, bind=True)  # type: ignore[untyped-decorator]
def work(self: Task) -> None:
    """Claim the next job of the queue that this bell came from, and run it."""
    from worker.work import run_next

    run_next(get_context(), self.request.delivery_info["routing_key"])


@setup_logging.connect  # type: ignore[untyped-decorator]
def _logs(**_: Any) -> None:
    configure_logging()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _in_the_child(**_: Any) -> None:
    shutdown.listen()
    take_share()
    # Takes seconds, and after the cards are dealt: not on the time of the first job.
    importlib.import_module("worker.work")


@worker_ready.connect  # type: ignore[untyped-decorator]
def _in_the_parent(sender: Any, **_: Any) -> None:
    shutdown.remember_pool(sender.pool)
    Reconciler(get_context()).start()
    WebhookSender(get_context()).start()


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _at_the_end(**_: Any) -> None:
    shutdown.announce()
