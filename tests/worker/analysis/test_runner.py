"""An analysis that an earlier attempt had begun."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from store.artifacts import open_artifacts
from store.schema import Job
from tests.store.conftest import Board
from tsloss_core.prompts import Recipe, save_prompt
from tsloss_core.spec import AnalysisInput, AnalysisSpec
from worker.analysis.runner import run_analysis
from worker.storage import PatientArtifacts

RECIPE = Recipe("suffix", "tiny", None, "hash")


class TestRunAnalysis:
    def test_progress_counts_the_clouds_of_this_attempt(self, board: Board, tmp_path: Path) -> None:
        artifacts = open_artifacts(str(tmp_path))
        source = board.add()
        tuning = board.run()
        for step in (0, 1):
            key = tuning.key.artifact_key("snapshot", step)
            points = np.random.default_rng(step).normal(size=(5, 3)).astype(np.float32)
            artifacts.put(key, save_prompt(torch.from_numpy(points), RECIPE))
            tuning.record_snapshot(step, step, key, {}, [])
        tuning.start()
        tuning.cancel()
        analysis = board.add(kind="analysis")
        with board.database.transaction() as session:
            row = session.get_one(Job, analysis.id)
            row.source_job_id = source.id
            inputs = [AnalysisInput(fine_tuning_job=source.id)]
            row.spec = AnalysisSpec(inputs=inputs).model_dump(mode="json")
            row.progress = {"phase": "persistence", "step": 2, "of": 2, "percent": 100.0}
        run = board.run()
        context = SimpleNamespace(
            database=board.database, artifacts=PatientArtifacts(artifacts, 0), settings=None
        )
        keeper = SimpleNamespace(reason_to_stop=lambda: None)
        run_analysis(context, board.read(analysis.id), run, keeper)
        ended = board.read(analysis.id)
        assert ended.status == "succeeded"
        whole = {"phase": "diagram distances", "step": 2, "of": 2, "percent": 100.0}
        assert ended.progress == whole
