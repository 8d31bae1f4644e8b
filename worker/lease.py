"""The side thread that keeps a run's lease alive and hears what its owner wants."""

import logging
import threading
import time
from datetime import timedelta
from types import TracebackType
from typing import Literal, Self

from sqlalchemy.exc import SQLAlchemyError

from store.errors import LeaseLostError
from store.runs import Run
from worker import shutdown

StopReason = Literal["cancel", "shutdown", "lease_lost"]

log = logging.getLogger(__name__)


class LeaseKeeper(threading.Thread):
    """Renews the lease every third of its length.

    A database that cannot be reached for the length of the lease means that the lease is lost:
    another worker may have the job by then.
    """

    def __init__(self, run: Run, lease: timedelta) -> None:
        super().__init__(name=f"lease of {run.key.job_id}", daemon=True)
        self._run = run
        self._lease = lease
        self._ended = threading.Event()
        self._cancelled = False
        self._lost = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self.join()

    def reason_to_stop(self) -> StopReason | None:
        """Return why the run should end now, or None."""
        if self._lost:
            return "lease_lost"
        if self._cancelled:
            return "cancel"
        return "shutdown" if shutdown.requested() else None

    def run(self) -> None:
        """Renew until the run ends or the lease is lost."""
        renewed = time.monotonic()
        period = self._lease.total_seconds() / 3
        while not self._lost and not self._ended.wait(period):
            try:
                self._cancelled = self._run.renew(self._lease)
                renewed = time.monotonic()
            except LeaseLostError:
                self._lost = True
            except SQLAlchemyError as error:
                log.warning("lease not renewed: %s", type(error).__name__)
                self._lost = time.monotonic() - renewed > self._lease.total_seconds()
