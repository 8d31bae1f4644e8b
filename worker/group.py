"""The jobs of one run: mostly one, several where they are tuned side by side."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import OperationalError

from store.errors import LeaseLostError
from store.settings import Settings
from tsloss_core.tuning import TuningError
from worker.assignment import Assignment
from worker.errors import JobFailedError, RunStoppedError, StorageAwayError

STORAGE_PAUSE = timedelta(seconds=10)
"""How long a job waits in the queue for a storage that its run has waited for in vain."""

log = logging.getLogger(__name__)


class NobodyLeftError(Exception):
    """Every job of the group has ended."""


class Group:
    """Does things for each job; what ends one of them leaves the others alone."""

    def __init__(self, assignments: Sequence[Assignment], settings: Settings) -> None:
        self._settings = settings
        self._active = list(assignments)
        self._several = len(assignments) > 1

    @property
    def active(self) -> tuple[Assignment, ...]:
        """The jobs that go on."""
        return tuple(self._active)

    def each(self, act: Callable[[Assignment], object]) -> None:
        """Do something for every job. Raises NobodyLeftError if it ended the last one."""
        for member in self.active:
            self.attempt(member, partial(act, member))
        if not self._active:
            raise NobodyLeftError

    def attempt(self, member: Assignment, act: Callable[[], object]) -> None:
        """Do something for one job that goes on; an exception ends it."""
        if member not in self._active:
            return
        try:
            act()
        except Exception as error:
            self.end(member, error)

    def end(self, member: Assignment, error: Exception | None = None) -> None:
        """Take a job out of the group, after writing how it ended if `error` says so."""
        if member not in self._active:
            return
        self._active.remove(member)
        try:
            if error is not None:
                self._settle(member, error)
        except LeaseLostError:
            log.warning("the run of %s lost its lease", member.job.id)
        except (OSError, OperationalError):
            log.exception("the end of %s cannot be written; its lease runs out", member.job.id)
        finally:
            member.keeper.end()

    def enter(self, phase: str) -> None:
        """Tell for every job what is done next. Raises NobodyLeftError."""
        self.each(lambda member: member.enter(phase))

    def check(self) -> None:
        """Let go of every job that should end. Raises NobodyLeftError."""
        self.each(lambda member: member.keeper.stop_if_asked())

    def _settle(self, member: Assignment, error: Exception) -> None:
        match error:
            case LeaseLostError():
                raise error
            case RunStoppedError():
                self._stop(member, error)
            case StorageAwayError():
                log.error("the artifact storage is away", exc_info=error)
                member.run.release("the artifact storage is away", STORAGE_PAUSE)
            case OSError() | OperationalError():
                log.error("disk or database failed", exc_info=error)
                self._lose(member, f"disk or database failed ({type(error).__name__})")
            case _:
                self._fail(member, error)

    def _fail(self, member: Assignment, error: Exception) -> None:
        match error:
            case JobFailedError():
                member.run.fail(error.code, str(error), error.param)
            case TuningError():
                member.run.fail(error.code, str(error))
            case MemoryError():
                message = "The worker's memory does not hold this job."
                member.run.fail("out_of_memory", message)
            case _ if self._several:
                log.error("unexpected error in a run of several jobs", exc_info=error)
                self._lose(member, "the run that it shared with other jobs failed")
            case _:
                log.error("unexpected error", exc_info=error)
                message = "An unexpected error occurred; the operator's log has the details."
                member.run.fail("internal", message)

    def _lose(self, member: Assignment, reason: str) -> None:
        member.run.lose(reason, self._settings.max_attempts)

    def _stop(self, member: Assignment, stop: RunStoppedError) -> None:
        match stop.reason:
            case "cancel":
                member.run.cancel()
            case "pause":
                member.run.pause()
            case "shutdown":
                member.run.release("its worker shut down")
            case "timeout":
                hours = self._settings.max_run_seconds / 3600
                member.run.time_out(f"The run took longer than {hours:g} h")
