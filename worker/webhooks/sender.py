"""The thread that sends what is due."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from store.deliveries import next_parcel, note_answer
from worker.context import WorkerContext
from worker.webhooks.delivery import deliver

PERIOD_SECONDS = 1.0

log = logging.getLogger(__name__)


class WebhookSender(threading.Thread):
    """Runs in every worker's parent process; a delivery in hand is another one's no more."""

    def __init__(self, context: WorkerContext, period: float = PERIOD_SECONDS) -> None:
        super().__init__(name="webhooks", daemon=True)
        self._context = context
        self._period = period
        self._stopped = threading.Event()

    def run(self) -> None:
        """Send until stopped. A database that is away is tried again."""
        while not self._stopped.wait(self._period):
            try:
                while self.send_next():
                    pass
            except SQLAlchemyError as error:
                log.warning("webhooks wait for the database: %s", type(error).__name__)

    def stop(self) -> None:
        """End the thread after its present delivery."""
        self._stopped.set()

    def send_next(self) -> bool:
        """Send the delivery that is due longest; return False if none is."""
        settings, database = self._context.settings, self._context.database
        with database.transaction() as session:
            parcel = next_parcel(session)
        if parcel is None:
            return False
        status, error = deliver(parcel, settings.operator_keys, settings.webhook_networks)
        log.info("delivery %s: %s", parcel.delivery_id, status or error)
        with database.transaction() as session:
            note_answer(session, parcel.delivery_id, status, error)
        return True
