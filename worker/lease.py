"""The side thread that keeps a run's lease alive and hears what its owner wants."""

import logging
import math
import os
import signal
import threading
import time
from datetime import timedelta
from types import TracebackType
from typing import Literal, Self

from sqlalchemy.exc import SQLAlchemyError

from store.errors import LeaseLostError
from store.runs import Run, Wish
from worker import shutdown
from worker.errors import RunStoppedError

StopReason = Wish | Literal["shutdown", "lease_lost"]

log = logging.getLogger(__name__)


class LeaseKeeper(threading.Thread):
    """Renews the lease every third of its length.

    While the database is away the run goes on: nobody can take the job from it then, and once the
    database is back the first renewal tells whether somebody did. A run that asks whether it should
    stop shows that its work gets on, and the next renewal notes it. One that does not end within
    the grace time after its lease was lost, its time was over or its worker was told to end is
    stuck; its process is killed, so that the worker gets a fresh one, or ends.
    """

    def __init__(self, run: Run, lease: timedelta, grace: timedelta) -> None:
        super().__init__(name=f"lease of {run.key.job_id}", daemon=True)
        self._run = run
        self._lease = lease
        self._grace = grace.total_seconds()
        self._ended = threading.Event()
        self._wish: Wish | None = None
        self._lost = False
        self._asked = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """Let the lease go. Ending twice is ending once."""
        self._ended.set()
        self.join()

    def reason_to_stop(self) -> StopReason | None:
        """Return why the run should end now, or None. For the thread that does the work."""
        self._asked = True
        if self._lost:
            return "lease_lost"
        if self._wish is not None:
            return self._wish
        return "shutdown" if shutdown.requested() else None

    def stop_if_asked(self) -> None:
        """Raise RunStoppedError if the run should end now."""
        reason = self.reason_to_stop()
        if reason is not None:
            raise RunStoppedError(reason)

    def run(self) -> None:
        """Renew until the run ends, or kill the process if it does not end when it must."""
        must_end_by = math.inf
        while not self._ended.wait(self._lease.total_seconds() / 3):
            self._renew()
            if not self._must_end():
                must_end_by = math.inf
            elif must_end_by == math.inf:
                must_end_by = time.monotonic() + self._grace
            elif time.monotonic() > must_end_by:
                log.error("the run does not end; its process is killed")
                os.kill(os.getpid(), signal.SIGKILL)

    def _must_end(self) -> bool:
        return self._lost or self._wish == "timeout" or shutdown.requested()

    def _renew(self) -> None:
        gets_on, self._asked = self._asked, False
        try:
            self._wish = self._run.renew(self._lease, gets_on)
        except LeaseLostError:
            self._lost = True
        except SQLAlchemyError as error:
            log.warning("lease not renewed: %s", type(error).__name__)
        except Exception:
            log.exception("lease not renewed")
