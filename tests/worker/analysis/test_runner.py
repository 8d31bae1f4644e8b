"""An analysis from its inputs to its results, attempt after attempt."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from store.analyses import AnalysisResults
from store.artifacts import open_artifacts
from store.jobs import analysis_job
from store.runs import Run
from store.schema import Job
from tests.store.conftest import LEASE, Board
from tsloss_core.analysis import PointCloud, diagram_distances, token_maps
from tsloss_core.prompts import Recipe, save_prompt
from tsloss_core.spec import AnalysisInput, AnalysisSpec
from worker.analysis.runner import run_analysis
from worker.errors import RunStoppedError
from worker.lease import LeaseKeeper
from worker.storage import PatientArtifacts

RECIPE = Recipe("suffix", "tiny", None, "hash")


def _points(step: int) -> Any:
    return np.random.default_rng(step).normal(size=(5, 3)).astype(np.float32)


@dataclass
class Bench:
    """Tunes as far as an analysis needs it, and analyses."""

    board: Board
    artifacts: PatientArtifacts

    def tuned(self, *steps: int) -> Job:
        """Return a job that failed after these snapshots."""
        job = self.board.add()
        self.snapshots(self.board.run(), *steps)
        return job

    def snapshots(self, run: Run, *steps: int) -> None:
        """Store the snapshots of a run, which fails then."""
        for step in steps:
            key = run.key.artifact_key("snapshot", step)
            self.artifacts.put(key, save_prompt(torch.from_numpy(_points(step)), RECIPE))
            run.record_snapshot(step, step, key, {}, [])
        run.start()
        run.fail("diverged", "the loss is not finite")

    def analysis(self, *sources: Job) -> Job:
        """Put an analysis of jobs into the queue."""
        analysis = self.board.add(kind="analysis")
        with self.board.database.transaction() as session:
            inputs = tuple(AnalysisInput(fine_tuning_job=source.id) for source in sources)
            spec = analysis_job(AnalysisSpec(inputs=inputs)).spec
            session.get_one(Job, analysis.id).spec = spec
        return analysis

    def attempt(self, analysis: Job) -> Run:
        """Claim an analysis and run it; return the run."""
        run = self.board.run()
        self.perform(analysis, run)
        return run

    def perform(self, analysis: Job, run: Run) -> None:
        context: Any = SimpleNamespace(
            database=self.board.database, artifacts=self.artifacts, settings=None
        )
        keeper = LeaseKeeper(run, LEASE, timedelta(minutes=1))
        run_analysis(context, self.board.read(analysis.id), run, keeper)


@pytest.fixture
def bench(board: Board, tmp_path: Path) -> Bench:
    return Bench(board, PatientArtifacts(open_artifacts(str(tmp_path)), 0))


class TestRunAnalysis:
    def test_progress_counts_the_clouds_of_this_attempt(self, bench: Bench) -> None:
        analysis = bench.analysis(bench.tuned(0, 1))
        with bench.board.database.transaction() as session:
            row = session.get_one(Job, analysis.id)
            row.progress = {"phase": "persistence", "step": 2, "of": 2, "percent": 100.0}
        bench.attempt(analysis)
        ended = bench.board.read(analysis.id)
        assert ended.status == "succeeded"
        whole = {"phase": "diagram distances", "step": 2, "of": 2, "percent": 100.0}
        assert ended.progress == whole

    def test_a_retried_one_begins_again_with_all_snapshots_that_there_are(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        board, source = bench.board, bench.tuned(0, 1)
        analysis, run = bench.analysis(source), board.run()
        with monkeypatch.context() as broken, pytest.raises(MemoryError):
            broken.setattr("worker.analysis.runner.render_figures", _no_memory)
            bench.perform(analysis, run)
        run.fail("out_of_memory", "too much")
        assert set(_maps(board, analysis)) == {0, 1}
        board.ask(source, "retry")
        bench.snapshots(board.run(), 2)
        board.ask(analysis, "retry")
        bench.attempt(analysis)
        assert board.read(analysis.id).status == "succeeded"
        axes = token_maps([PointCloud(step, _points(step)) for step in (0, 1, 2)])
        assert _maps(board, analysis) == {step: each.tolist() for step, each in axes.items()}


class TestBetween:
    """The distances between two inputs."""

    def test_they_are_told_as_progress(self, bench: Bench) -> None:
        analysis = bench.analysis(bench.tuned(0, 1), bench.tuned(0, 1, 2))
        bench.attempt(analysis)
        told = {"phase": "distances between inputs", "step": 3, "of": 3, "percent": 100.0}
        assert bench.board.read(analysis.id).progress == told
        with bench.board.database.transaction() as session:
            found = AnalysisResults(session, analysis.project_id).evolution(analysis.id)
        pairs = [(each["inputs"], each["steps"]) for each in found.values["between"]]
        assert pairs == [([0, 1], [0, 0]), ([0, 1], [1, 1]), ([0, 1], [1, 2])]

    def test_a_run_that_should_end_ends_after_the_one_at_hand(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compared: list[Any] = []

        def compare(*diagrams: Any) -> Any:
            compared.append(diagrams)
            return diagram_distances(*diagrams)

        monkeypatch.setattr("worker.analysis.runner.diagram_distances", compare)
        monkeypatch.setattr("worker.shutdown.requested", lambda: bool(compared))
        analysis = bench.analysis(bench.tuned(0, 1), bench.tuned(0, 1))
        with pytest.raises(RunStoppedError, match="shutdown"):
            bench.attempt(analysis)
        assert len(compared) == 1


def _no_memory(_: Any) -> Any:
    raise MemoryError


def _maps(board: Board, analysis: Job) -> dict[int, Any]:
    """Return the stored token map of each step."""
    with board.database.transaction() as session:
        results = AnalysisResults(session, analysis.project_id)
        rows = results.statistics(analysis.id, (0, -1), 100)
        return {row.step: row.token_map for row in rows}
