"""Artifact storage as a run uses it: one that fails for a while is waited for."""

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from store.artifacts import Artifacts
from store.patience import persist
from worker import shutdown
from worker.errors import RunStoppedError, StorageAwayError

ResultT = TypeVar("ResultT")

log = logging.getLogger(__name__)


class PatientArtifacts:
    """Tries again for `patience_seconds` what a storage refuses: a full disk, a lost network.

    After that StorageAwayError is raised. An artifact that is not there is no such failure. Raises
    RunStoppedError if the worker is told to end meanwhile.
    """

    def __init__(self, artifacts: Artifacts, patience_seconds: float) -> None:
        self._artifacts = artifacts
        self._patience = patience_seconds

    def put(self, key: str, data: bytes) -> None:
        """Store an artifact."""
        self._persist(lambda: self._artifacts.put(key, data), f"writing {key}")

    def read(self, key: str) -> bytes:
        """Return an artifact. Raises ArtifactMissingError."""
        return self._persist(lambda: self._artifacts.read(key), f"reading {key}")

    def delete(self, key: str) -> None:
        """Remove an artifact. What cannot be removed now is left to the sweep."""
        try:
            self._artifacts.delete(key)
        except OSError as error:
            log.warning("%s is left to the sweep: %s", key, error)

    def _persist(self, act: Callable[[], ResultT], what: str) -> ResultT:
        try:
            return persist(act, OSError, self._patience, partial(_stop_or_tell, what))
        except OSError as error:
            raise StorageAwayError(f"{what}: {error}") from error


def _stop_or_tell(what: str, error: OSError) -> None:
    if shutdown.requested():
        raise RunStoppedError("shutdown") from error
    log.warning("%s failed, is tried again: %s", what, error)
