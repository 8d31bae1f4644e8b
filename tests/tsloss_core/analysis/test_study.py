"""A trajectory studied in one call, and what is said of it."""

import gc
import json
from dataclasses import replace

import numpy as np
import pytest

from tests.tsloss_core.analysis.clouds import STEPS, drifting, words
from tsloss_core.analysis import (
    CloudAnalysis,
    Drive,
    Performance,
    PointCloud,
    Trajectory,
    study_trajectory,
)
from tsloss_core.spec import AnalysisSettings
from tsloss_core.spec.hyperparameters import HyperparametersSpec

SETTINGS = AnalysisSettings(null_trajectories=19)


def _trajectory(count: int = 12, **fields: object) -> Trajectory:
    clouds = drifting(count)
    last = clouds[-1].step
    drive = Drive(HyperparametersSpec(), (1.0,) * last, (5e-3,) * last)
    scores = {c.step: float(np.sin(c.step)) for c in clouds}
    known: dict[str, object] = {
        "steps": STEPS,
        "performance": Performance("full_valid_accuracy", scores),
        "nearest": [words(12, f"w{i % 2}-") for i in range(count)],
        "drive": drive,
    }
    return Trajectory(clouds, **{**known, **fields})


def _analyses_alive() -> int:
    return sum(type(each) is CloudAnalysis for each in gc.get_objects())


class TestStudy:
    def test_everything_is_json_without_nan(self) -> None:
        found = study_trajectory(_trajectory(), SETTINGS)
        data = json.loads(json.dumps(found.to_json(), allow_nan=False))
        assert data["null_trajectories"] == 19
        assert data["relations"][0]["null"]["trajectories"] == 19
        assert len(data["null_settling"]) == len(data["settling"]) == 3
        assert [counted["trajectories"] for counted in data["null_settled"]] == [19] * 3

    def test_progress_is_told_phase_by_phase(self) -> None:
        told: list[tuple[str, int, int]] = []
        study_trajectory(_trajectory(), SETTINGS, on_progress=lambda *p: told.append(p))
        assert [t for t in told if t[1] == t[2]] == [
            ("persistence", 12, 12), ("diagram distances", 12, 12), ("null trajectories", 228, 228),
        ]  # fmt: skip

    def test_progress_may_end_it(self) -> None:
        def stop(phase: str, done: int, of: int) -> None:
            if phase == "null trajectories":
                raise InterruptedError

        with pytest.raises(InterruptedError):
            study_trajectory(_trajectory(), SETTINGS, on_progress=stop, threads=2)

    def test_of_a_null_that_has_ended_no_diagram_is_kept(self) -> None:
        alive: list[int] = []

        def count(phase: str, done: int, of: int) -> None:
            if phase == "null trajectories" and done % 12 == 0:
                alive.append(_analyses_alive())

        gc.collect()
        before = _analyses_alive()
        study_trajectory(_trajectory(), SETTINGS, on_progress=count)
        # Those of the run and of the null that just ends.
        assert [count - before for count in alive] == [12 + 12] * 19

    def test_threads_change_nothing(self) -> None:
        one, two = (study_trajectory(_trajectory(), SETTINGS, threads=n) for n in (1, 2))
        assert one.to_json() == two.to_json()

    def test_without_a_drive_there_is_no_null(self) -> None:
        found = study_trajectory(_trajectory(drive=None), SETTINGS).to_json()
        assert (found["null_settling"], found["null_settled"]) == (None, None)
        assert found["null_trajectories"] == 0
        assert {relation["null"] for relation in found["relations"]} == {None}

    def test_words_change_between_snapshots(self) -> None:
        vocabulary = study_trajectory(_trajectory(), SETTINGS).to_json()["vocabulary"]
        assert vocabulary["changed"] == [None] + [0.0] * 11
        assert vocabulary["tokens"][1]["last"] == "w1-1"

    def test_the_cost_is_one_analysis_per_cloud(self) -> None:
        seen: list[int] = []
        study_trajectory(_trajectory(), SETTINGS, on_cloud=lambda a: seen.append(a.step))
        assert seen == [cloud.step for cloud in drifting(12)]


class TestWords:
    NOISE = np.random.default_rng(7).normal(size=(2, 30))
    STEADY = np.linspace(0, 1, 30)

    def _told(self, sizes: np.ndarray, scores: np.ndarray) -> str:
        """What is said of the mean H0 lifetime of a cloud of these sizes."""
        cloud = drifting(1)[0].points
        clouds = [PointCloud(10 * at, size * cloud) for at, size in enumerate(sizes)]
        by_step = {10 * at: float(score) for at, score in enumerate(scores)}
        performance = Performance("full_valid_accuracy", by_step)
        trajectory = replace(_trajectory(30), clouds=clouds, performance=performance)
        told = study_trajectory(trajectory, SETTINGS).words()
        return next(word for word in told if word.startswith("Mean H0 lifetime and"))

    def test_drift_is_called_drift(self) -> None:
        drifts = self.STEADY + 0.05 * self.NOISE
        told = self._told(1 + drifts[0], drifts[1])
        assert "Spearman's rho 0.9" in told
        assert "19 task-free null trajectories" in told
        assert "It does not survive." in told

    def test_what_goes_beyond_drift_is_told_from_it(self) -> None:
        drift = self.STEADY + 0.3 * self.NOISE[0]
        told = self._told(2 + drift, drift)
        assert "It survives." in told

    def test_a_single_cloud_has_nothing_to_tell(self) -> None:
        alone = _trajectory(1, drive=None, performance=None, nearest=())
        assert study_trajectory(alone, SETTINGS).words() == []

    def test_a_run_without_grades_says_so(self) -> None:
        told = study_trajectory(_trajectory(performance=None), SETTINGS).words()
        assert any("No performance was measured" in word for word in told)

    def test_few_snapshots_say_so(self) -> None:
        told = study_trajectory(_trajectory(3), SETTINGS).words()
        assert any("too few snapshots" in word for word in told)
        assert any("at least six graded snapshots" in word for word in told)

    def test_a_missing_control_is_said(self) -> None:
        alone = study_trajectory(_trajectory(drive=None), SETTINGS).words()
        assert any("so this control is missing" in word for word in alone)
        assert any("the control by null trajectories is missing" in word for word in alone)
        controlled = study_trajectory(_trajectory(), SETTINGS).words()
        assert not any("missing" in word for word in controlled)

    def test_measures_left_out_are_named(self) -> None:
        (told,) = (w for w in study_trajectory(_trajectory(), SETTINGS).words() if "Left out" in w)
        assert "number of H0 bars" in told

    def test_snapshots_that_lack_a_measure_are_counted(self) -> None:
        trajectory = _trajectory(14)
        line = np.zeros((12, 4))
        line[:, 0] = np.arange(12)
        clouds = [PointCloud(trajectory.clouds[0].step, line), *trajectory.clouds[1:]]
        told = " ".join(study_trajectory(replace(trajectory, clouds=clouds), SETTINGS).words())
        assert "over the 13 of 14 snapshots that have it" in told

    def test_how_far_the_nulls_went_is_said(self) -> None:
        found = study_trajectory(_trajectory(), SETTINGS)
        reach = found.to_json()["null_reach"]
        assert reach > 0
        told = f"null trajectories end {reach:.2g} times as far"
        assert any(told in word for word in found.words())
