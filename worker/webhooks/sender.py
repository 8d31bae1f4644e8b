"""The thread that sends what is due."""

import logging
import threading

from cryptography.fernet import InvalidToken
from sqlalchemy.exc import SQLAlchemyError

from store.deliveries import Parcel, next_parcel, note_answer
from store.webhooks import reseal_secrets
from worker.context import WorkerContext
from worker.webhooks.delivery import Answer, deliver

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
        """Send until stopped. A database that is away is tried again; no fault ends the thread."""
        resealed = len(self._context.settings.operator_keys) == 1
        while not self._stopped.wait(self._period):
            try:
                if not resealed:
                    self._reseal()
                    resealed = True
                while self.send_next():
                    pass
            except SQLAlchemyError as error:
                log.warning("webhooks wait for the database: %s", type(error).__name__)
            except Exception:
                log.exception("a webhook could not be sent; the others go on")

    def _reseal(self) -> None:
        """After the operator's key was replaced, move the secrets to the present one."""
        try:
            with self._context.database.transaction() as session:
                moved = reseal_secrets(session, self._context.settings.operator_keys)
            log.info("%s secrets of webhooks moved to the present TSLOSS_SECRET_KEY", moved)
        except InvalidToken:
            log.exception("a webhook's secret is sealed under a key that is not in the settings")

    def stop(self) -> None:
        """End the thread after its present delivery."""
        self._stopped.set()

    def send_next(self) -> bool:
        """Send the delivery that is due longest; return False if none is."""
        database = self._context.database
        with database.transaction() as session:
            parcel = next_parcel(session)
        if parcel is None:
            return False
        status, error = self._deliver(parcel)
        log.info("delivery %s: %s", parcel.delivery_id, status or error)
        with database.transaction() as session:
            note_answer(session, parcel.delivery_id, status, error)
        return True

    def _deliver(self, parcel: Parcel) -> Answer:
        """A fault of ours counts as a try too, or the delivery would be due for ever."""
        settings = self._context.settings
        try:
            return deliver(parcel, settings.operator_keys, settings.webhook_networks)
        except Exception as fault:
            log.exception("delivery %s could not be sent", parcel.delivery_id)
            return None, f"the worker failed: {type(fault).__name__}"
