"""Experiments: what is queued, and what is refused."""

from typing import Any

import pytest

from store.schema import Experiment
from tests.api.experiments.conftest import EXPERIMENTS, NONE, TSLOSS, Lab, count_jobs
from tests.api.support import JOBS, Door, ok, refused

STEP_BY_STEP = {
    "snapshots": {"every_steps": 1},
    "hyperparameters": {"batch_size": 1, "n_epochs": 10_000},
}
"""30,000 snapshots of three rows."""

OFTEN_GRADED = {
    "snapshots": {"every_epochs": None, "every_steps": 2},
    "evaluation": {"every_epochs": 1},
    "hyperparameters": {"batch_size": 1, "n_epochs": 5001},
}
"""10,002 snapshots of three rows with the graded ones, 7,502 without."""


class TestCreate:
    def test_a_job_is_queued_for_each_run_of_the_matrix(self, lab: Lab) -> None:
        tasks = [lab.task("sums"), lab.task("words")]
        experiment = lab.create(tasks=tasks, name="first", metadata={"team": "x"}, priority=3)
        assert experiment["id"].startswith("exp-")
        assert (experiment["status"], experiment["name"]) == ("queued", "first")
        assert experiment["jobs"]["planned"] == experiment["jobs"]["queued"] == 8
        assert experiment["fewest_seeds"] == 7
        assert experiment["progress"] == {"percent": 0.0, "finishes_at": None}
        assert experiment["metadata"] == {"team": "x"}
        jobs = lab.jobs(experiment)
        places = [(job["seed"], job["training_file"], job["arm"]) for job in jobs]
        assert places == [
            (seed, task["training_file"], arm)
            for seed in (0, 1) for task in tasks for arm in ("none", "tsloss")
        ]  # fmt: skip
        assert {job["experiment"] for job in jobs} == {experiment["id"]}
        assert {job["priority"] for job in jobs} == {3}
        assert jobs[0]["method"]["soft_prompt"]["regularizer"] == {"type": "none"}
        assert jobs[1]["method"]["soft_prompt"]["num_virtual_tokens"] == 4
        assert jobs[1]["hyperparameters"]["n_epochs"] == 50
        assert lab.get(experiment) == experiment

    def test_a_preset_gives_the_arms(self, lab: Lab) -> None:
        experiment = lab.create(preset="paper-main", seeds=[0], arms=[])
        assert experiment["name"] == "paper-main"
        assert len(experiment["settings"]["arms"]) == experiment["jobs"]["planned"] == 7
        (job, *_) = lab.jobs(experiment)
        assert job["method"]["soft_prompt"]["hyperparameters"]["learning_rate"] == 5e-5

    def test_a_random_direction_is_another_for_each_seed(self, lab: Lab) -> None:
        arms = [NONE, {"name": "random", "regularizer": {"type": "random_direction"}}]
        jobs = lab.jobs(lab.create(arms=arms))
        seeds = [job["method"]["soft_prompt"]["regularizer"].get("seed") for job in jobs]
        assert seeds == [None, 0, None, 1]

    def test_an_idempotency_key_makes_one(self, lab: Lab) -> None:
        body, headers = lab.body(), {"Idempotency-Key": "once"}
        first = ok(lab.door.client.post(EXPERIMENTS, json=body, headers=headers))
        second = ok(lab.door.client.post(EXPERIMENTS, json=body, headers=headers))
        assert first == second
        assert count_jobs(lab.door) == 4

    def test_a_job_alone_belongs_to_no_experiment(self, door: Door) -> None:
        job = door.job()
        assert (job["experiment"], job["arm"]) == (None, None)
        assert door.get(JOBS, experiment="exp-x")["data"] == []

    @pytest.mark.parametrize(
        ("fields", "status", "param"),
        [
            ({"models": ["unknown"]}, 404, "models.0"),
            ({"models": ["tiny", "unknown"]}, 404, "models.1"),
            ({"tasks": [{"name": "a", "training_file": "file-x"}]}, 404, "tasks.0.training_file"),
            ({"tasks": [{"name": "a", "training_file": "../x"}]}, 422, "tasks.0.training_file"),
            ({"tasks": []}, 422, "tasks"),
            ({"seeds": []}, 422, "seeds"),
            ({"seeds": [1, 1]}, 422, "seeds"),
            ({"seeds": 5}, 422, "seeds"),
            ({"seeds": [2**31]}, 422, "seeds.0"),
            ({"arms": []}, 422, "arms"),
            ({"arms": [NONE, NONE]}, 422, "arms"),
            ({"arms": [{"name": "a b", "regularizer": {"type": "none"}}]}, 422, "arms.0.name"),
            (
                {"arms": [NONE, {"name": "a", "regularizer": {"type": "tsloss", "alpha": -1}}]},
                422,
                "arms.1.regularizer.alpha",
            ),
            (
                {"arms": [{**NONE, "init": {"type": "checkpoint", "id": "ftckpt-x"}}]},
                404,
                "arms.0.init.id",
            ),
            (
                {"arms": [{**NONE, "hyperparameters": {"learning_rate": 0}}]},
                422,
                "arms.0.hyperparameters.learning_rate",
            ),
            ({"soft_prompt": STEP_BY_STEP}, 422, "soft_prompt.snapshots"),
            ({"soft_prompt": OFTEN_GRADED}, 422, "soft_prompt.snapshots"),
            ({"soft_prompt": {"num_virtual_tokens": 65}}, 422, "soft_prompt.num_virtual_tokens"),
            ({"comparisons": [{"arm": "x", "against": "none"}]}, 422, "comparisons"),
            ({"primary": "iterations"}, 422, "primary"),
            ({"preset": "nothing"}, 422, "preset"),
            ({"name": "a\nb"}, 422, "name"),
            ({"colour": "red"}, 422, "colour"),
        ],
    )
    def test_a_bad_field_is_named(
        self, lab: Lab, fields: dict[str, Any], status: int, param: str
    ) -> None:
        refused(lab.post(**fields), status, param)
        assert count_jobs(lab.door) == lab.door.count(Experiment) == 0

    def test_a_point_cloud_is_no_task(self, lab: Lab) -> None:
        tasks = [{"name": "a", "training_file": lab.door.cloud()}]
        refused(lab.post(tasks=tasks), 422, "tasks.0.training_file")

    def test_anothers_file_is_not_found(self, lab: Lab, stranger: Door) -> None:
        tasks = [{"name": "a", "training_file": stranger.file()}]
        refused(lab.post(tasks=tasks), 404, "tasks.0.training_file")


class TestLimit:
    def test_a_matrix_over_the_job_limit_is_refused_with_both_numbers(self, lab: Lab) -> None:
        message = refused(lab.post(seeds=list(range(11))), 422)
        assert "22 runs" in message
        assert "limit of jobs is 20" in message
        assert count_jobs(lab.door) == lab.door.count(Experiment) == 0

    def test_so_is_one_that_unfinished_jobs_leave_no_room_for(self, lab: Lab) -> None:
        lab.create(seeds=[0, 1, 2])
        response = lab.post(seeds=list(range(8)))
        assert "22 is over the limit of 20" in refused(response, 429)
        assert response.headers["x-should-retry"] == "false"
        assert (count_jobs(lab.door), lab.door.count(Experiment)) == (6, 1)

    def test_a_large_matrix_costs_nothing(self, lab: Lab) -> None:
        arms = [{**TSLOSS, "name": f"a{i}"} for i in range(128)]
        refused(lab.post(arms=arms, seeds=list(range(1000))), 422)


class TestWarmStart:
    def _source(self, experiment: dict[str, Any], **fields: str) -> dict[str, str]:
        return {
            "type": "experiment", "id": experiment["id"], "task": "sums", "arm": "none", **fields,
        }  # fmt: skip

    def test_each_run_starts_from_the_run_of_its_seed(self, lab: Lab) -> None:
        first = lab.create()
        lab.finish(first)
        ends = {
            job["seed"]: lab.door.get(f"{JOBS}/{job['id']}/checkpoints")["data"][0]["id"]
            for job in lab.jobs(first)
            if job["arm"] == "none"
        }
        second = lab.create(preset="transfer", source=self._source(first), arms=[])
        starts = {
            (job["arm"], job["seed"]): job["method"]["soft_prompt"]["init"].get("id")
            for job in lab.jobs(second)
        }
        for seed in (0, 1):
            assert starts["warm-none", seed] == starts["warm-tsloss-balanced", seed] == ends[seed]
            assert starts["none", seed] is None

    def test_a_run_that_has_not_succeeded_is_named(self, lab: Lab) -> None:
        first = lab.create()
        message = refused(
            lab.post(preset="transfer", source=self._source(first), arms=[]), 422, "source"
        )
        assert "'tiny' with seed 0" in message

    @pytest.mark.parametrize(
        ("fields", "status"),
        [({"id": "exp-x"}, 404), ({"task": "x"}, 422), ({"arm": "x"}, 422)],
    )
    def test_a_source_that_is_not_there_is_refused(
        self, lab: Lab, fields: dict[str, str], status: int
    ) -> None:
        source = self._source(lab.create(), **fields)
        arms = [NONE, {**NONE, "name": "warm", "init": source}]
        refused(lab.post(arms=arms), status, "arms.1.init")

    def test_prompts_of_another_length_do_not_fit(self, lab: Lab) -> None:
        first = lab.create(soft_prompt={"num_virtual_tokens": 8})
        arms = [NONE, {**NONE, "name": "warm", "init": self._source(first)}]
        assert "8 virtual tokens" in refused(lab.post(arms=arms), 422, "arms.1.init")

    def test_anothers_experiment_is_not_found(self, lab: Lab, stranger: Door) -> None:
        source = self._source(Lab(stranger).create())
        arms = [NONE, {**NONE, "name": "warm", "init": source}]
        refused(lab.post(arms=arms), 404, "arms.1.init")
