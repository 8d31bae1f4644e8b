"""A process of the service: started apart from the terminal, ended in order, found again."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from cli.errors import ServiceFailedError

STOP_SECONDS = 30.0
_LOG_TAIL_BYTES = 1500


class Child:
    """One process, its log NAME.log and its pid file NAME.pid in a folder.

    It runs in a session of its own, so that Ctrl-C reaches the service alone and the service
    decides the order of the end. `stop_signal` is what asks it to end.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._pid_file = folder / f"{name}.pid"
        self._stop_signal = stop_signal
        self._stop_seconds = stop_seconds
        self._process: psutil.Popen | None = None

    def start(
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        identity: Mapping[str, Any] | None = None,
    ) -> None:
        """Start the process; its output goes to a fresh log.

        `identity` are the arguments of `subprocess.Popen` that start it as another user.
        """
        self._pid_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            self._process = psutil.Popen(
                [str(part) for part in command],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                umask=0o077,
                **(identity or {}),
            )
        self._remember()

    def check(self) -> None:
        """Raise ServiceFailedError, with the end of the log, if the process has ended."""
        if self._process is not None and self._process.poll() is not None:
            status = self._process.returncode
            raise ServiceFailedError(
                f"the {self.name} process ended with status {status}; {self.log} ends with\n"
                + self._log_tail()
            )

    def wait_until_up(self, answers: Callable[[], bool], seconds: float) -> None:
        """Ask until it answers. Raises ServiceFailedError if it ended, or does not in `seconds`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check()
            if answers():
                return
            time.sleep(0.02)
        raise ServiceFailedError(f"the {self.name} process did not start in time; see {self.log}")

    def stop(self) -> None:
        """Ask the process to end, wait, and kill it with its children if it does not."""
        if self._process is not None:
            self._end(self._process, self._stop_seconds)
            self._process.wait()
            self._process = None

    def end_left_over(self) -> None:
        """End the process of the pid file, if a killed owner left it running.

        It is waited for as long as that owner would have waited.
        """
        found = self._left_over()
        if found is not None:
            self._end(*found)

    def _end(self, process: psutil.Process, seconds: float) -> None:
        try:
            family = [process, *process.children(recursive=True)]
            process.send_signal(self._stop_signal)
            if not _has_ended(process, seconds):
                _kill(family)
        except psutil.NoSuchProcess:
            pass  # it ended by itself
        self._pid_file.unlink(missing_ok=True)

    def _remember(self) -> None:
        if self._process is not None and self._process.is_running():
            identity = {
                "pid": self._process.pid,
                "created": self._process.create_time(),
                "stop_seconds": self._stop_seconds,
            }
            self._pid_file.write_text(json.dumps(identity), "ascii")

    def _left_over(self) -> tuple[psutil.Process, float] | None:
        """The process of the pid file and the seconds that it has to end.

        The time of its start tells it from a later namesake.
        """
        try:
            identity = json.loads(self._pid_file.read_text("ascii"))
            process = psutil.Process(identity["pid"])
            seconds = float(identity.get("stop_seconds", self._stop_seconds))
            return (process, seconds) if process.create_time() == identity["created"] else None
        except (OSError, ValueError, TypeError, KeyError, psutil.NoSuchProcess):
            return None  # no file, one that a power cut tore, or a process that is gone

    def _log_tail(self) -> str:
        with self.log.open("rb") as log:
            log.seek(max(0, os.fstat(log.fileno()).st_size - _LOG_TAIL_BYTES))
            return log.read().decode(errors="replace")


def _has_ended(process: psutil.Process, seconds: float) -> bool:
    """Wait for the end. A dead process that its parent has not noticed yet has ended, too."""
    deadline = time.monotonic() + seconds
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
            _has_ended(process, STOP_SECONDS)
        except psutil.NoSuchProcess:
            continue
