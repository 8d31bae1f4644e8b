"""What is read of an input beside its clouds."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from store.artifacts import open_artifacts
from store.schema import Job
from tests.store.conftest import Board
from tsloss_core.prompts import Recipe, save_prompt
from tsloss_core.spec import AnalysisInput
from worker.analysis.inputs import RunIdentity, Source, read_source
from worker.storage import PatientArtifacts

RECIPE = Recipe("suffix", "tiny", None, "hash")


class TestReadSource:
    """A run is told from others by its seed and by its settings."""

    def _source(
        self,
        board: Board,
        tmp_path: Path,
        *,
        seed: int = 0,
        validation: str | None = None,
        **spec: Any,
    ) -> Source:
        artifacts = open_artifacts(str(tmp_path))
        job = board.add()
        with board.database.transaction() as session:
            row = session.get_one(Job, job.id)
            row.seed, row.validation_file_id = seed, validation
            row.spec = {"num_virtual_tokens": 3, **spec}
        run = board.run()
        key = run.key.artifact_key("snapshot", 0)
        points = torch.from_numpy(np.eye(3, dtype=np.float32))
        artifacts.put(key, save_prompt(points, RECIPE))
        run.record_snapshot(0, 0, key, {}, [])
        run.start()
        run.cancel()
        context: Any = SimpleNamespace(
            database=board.database, artifacts=PatientArtifacts(artifacts, 0), settings=None
        )
        given = AnalysisInput(fine_tuning_job=job.id)
        return read_source(context, board.project.id, given)

    def _identity(self, board: Board, tmp_path: Path, **settings: Any) -> RunIdentity | None:
        return self._source(board, tmp_path, **settings).run

    def test_what_moved_the_prompt_has_the_seed_of_the_run(
        self, board: Board, tmp_path: Path
    ) -> None:
        drive = self._source(board, tmp_path, seed=7).trajectory.drive
        assert drive is not None
        assert drive.seed == 7

    def test_runs_of_two_seeds_differ_by_the_seed_alone(self, board: Board, tmp_path: Path) -> None:
        one, other = (self._identity(board, tmp_path, seed=seed) for seed in (1, 2))
        assert one is not None
        assert other is not None
        assert (one.seed, other.seed) == (1, 2)
        assert one.setting == other.setting

    def test_what_goes_with_the_seed_is_no_other_setting(
        self, board: Board, tmp_path: Path
    ) -> None:
        """In an experiment: a random direction's seed, and the prompt of a warm start."""
        one, other = (
            self._identity(
                board, tmp_path, seed=seed, regularizer={"type": "random_direction", "seed": seed},
                init={"type": "checkpoint", "id": f"ftckpt-{seed}"},
            )
            for seed in (1, 2)
        )  # fmt: skip
        assert one is not None
        assert other is not None
        assert one.setting == other.setting

    def test_another_validation_file_is_told(self, board: Board, tmp_path: Path) -> None:
        one = self._identity(board, tmp_path)
        other = self._identity(board, tmp_path, validation="file-other")
        assert one is not None
        assert other is not None
        differing = [key for key in one.setting if one.setting[key] != other.setting[key]]
        assert differing == ["validation file"]

    def test_another_regulariser_or_setting_is_told(self, board: Board, tmp_path: Path) -> None:
        plain = self._identity(board, tmp_path, regularizer={"type": "tsloss"})
        others = {
            "regulariser": self._identity(board, tmp_path, regularizer={"type": "none"}),
            "other settings": self._identity(
                board, tmp_path, regularizer={"type": "tsloss"}, placement="prefix"
            ),
        }
        assert plain is not None
        for name, other in others.items():
            assert other is not None
            differing = [key for key in plain.setting if plain.setting[key] != other.setting[key]]
            assert differing == [name]
