"""The thread that takes jobs from lost workers and rings for queues that wait."""

import logging
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from store.claims import RescueTerms, reconcile
from worker.context import WorkerContext

PERIOD_SECONDS = 5.0

log = logging.getLogger(__name__)


class Reconciler(threading.Thread):
    """Runs in every worker's parent process; an advisory lock lets one of them act at a time.

    While the database is away no run can renew its lease. So after an outage every run has the
    length of a lease to do that before it counts as lost.
    """

    def __init__(self, context: WorkerContext, period: float = PERIOD_SECONDS) -> None:
        super().__init__(name="reconciler", daemon=True)
        self._context = context
        self._period = period
        self._stopped = threading.Event()
        self._trust_leases_from = 0.0

    def run(self) -> None:
        """Reconcile until stopped. No fault ends the thread; an outage of the database neither."""
        while not self._stopped.wait(self._period):
            try:
                self.act()
            except Exception:
                log.exception("a round of the reconciler failed")

    def stop(self) -> None:
        """End the thread after its present round."""
        self._stopped.set()

    def act(self) -> None:
        """Reconcile once."""
        trust = time.monotonic() >= self._trust_leases_from
        try:
            with self._context.database.transaction() as session:
                rescued = reconcile(session, self._rescue_terms(), trust_leases=trust)
        except SQLAlchemyError as error:
            self._trust_leases_from = time.monotonic() + self._context.settings.lease_seconds
            log.warning("the reconciler could not reach the database: %s", type(error).__name__)
            return
        if rescued:
            log.warning("took %d runs from lost workers", rescued)

    def _rescue_terms(self) -> RescueTerms:
        settings = self._context.settings
        # A run has its own grace time to end; only one that let it pass is taken away.
        return RescueTerms(
            settings.lease, 2 * settings.grace, settings.stall, settings.max_attempts
        )
