"""Writes what an analysis finds, and how far it is, about once a second."""

import time
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray
from sqlalchemy.orm import Session

from store.analyses import CloudResults, add_cloud_results
from store.runs import Run, set_progress
from store.schema import Job
from tsloss_core.analysis import CloudAnalysis
from worker.lease import LeaseKeeper

FLUSH_SECONDS = 1.0
LARGEST_BATCH = 100


class AnalysisRecorder:
    """The callbacks of an analysis. Each asks whether the run should stop."""

    def __init__(self, run: Run, keeper: LeaseKeeper) -> None:
        self._run = run
        self._keeper = keeper
        self._pending: list[CloudResults] = []
        self._written = time.monotonic()

    def on_cloud(self, at: int, maps: Mapping[int, NDArray[Any]], analysis: CloudAnalysis) -> None:
        """Keep a cloud's results of the input `at` for the next batch; `maps` go by step."""
        diagrams = [
            (diagram.births.tolist(), diagram.deaths.tolist(), diagram.essential.tolist())
            for diagram in analysis.diagrams
        ]
        step, token_map = analysis.step, maps[analysis.step].tolist()
        self._pending.append(CloudResults(at, step, diagrams, analysis.measures, token_map))

    def on_progress(self, phase: str, done: int, of: int) -> None:
        """Write what is pending if it is time. Raises RunStoppedError if the run should end."""
        self._keeper.stop_if_asked()
        late = time.monotonic() - self._written >= FLUSH_SECONDS
        if late or done == of or len(self._pending) >= LARGEST_BATCH:
            self._flush(phase, done, of)

    def _flush(self, phase: str, done: int, of: int) -> None:
        clouds = self._pending
        progress = {
            "phase": phase,
            "step": done,
            "of": of,
            "percent": round(100 * done / max(of, 1), 1),
        }

        def change(session: Session, job: Job) -> None:
            add_cloud_results(session, job.id, clouds)
            set_progress(job, progress)

        self._run.write(change)
        self._pending = []
        self._written = time.monotonic()
