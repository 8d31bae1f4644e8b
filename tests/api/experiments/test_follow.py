"""Experiments under way: where they stand, and how they are steered."""

from typing import Any

from store.schema import Experiment
from tests.api.experiments.conftest import EXPERIMENTS, NONE, Lab, count_jobs
from tests.api.support import JOBS, Door, ok, refused


def _under_way(lab: Lab) -> dict[str, Any]:
    """An experiment of which one job has succeeded and one is run."""
    experiment = lab.create()
    first, second, *_ = lab.jobs(experiment)
    lab.succeed(first, 0.5)
    lab.door.run(second["id"])
    return experiment


class TestStatus:
    def test_it_follows_from_the_jobs(self, lab: Lab) -> None:
        experiment = lab.create()
        first, second, third, fourth = lab.jobs(experiment)
        run = lab.door.run(first["id"])
        run.record_steps({}, {"percent": 50.0}, trained_tokens=0)
        now = lab.get(experiment)
        assert (now["status"], now["jobs"]["running"], now["jobs"]["queued"]) == ("running", 1, 3)
        assert now["progress"] == {"percent": 12.5, "finishes_at": None}
        assert now["started_at"] is not None
        lab.door.succeed(run)
        assert lab.get(experiment)["status"] == "running"
        for job in (second, third):
            lab.succeed(job, 0.5)
        lab.fail(fourth)
        ended = lab.get(experiment)
        assert (ended["status"], ended["progress"]["percent"]) == ("incomplete", 100.0)
        assert (ended["jobs"]["succeeded"], ended["jobs"]["failed"]) == (3, 1)
        assert ended["finished_at"] is not None

    def test_all_well_is_succeeded(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.finish(experiment)
        assert lab.get(experiment)["status"] == "succeeded"

    def test_none_well_is_failed(self, lab: Lab) -> None:
        experiment = lab.create(seeds=[0])
        for job in lab.jobs(experiment):
            lab.fail(job)
        assert lab.get(experiment)["status"] == "failed"

    def test_the_end_is_estimated_once_a_job_has_succeeded(self, lab: Lab) -> None:
        experiment = _under_way(lab)
        assert lab.get(experiment)["progress"]["finishes_at"] >= experiment["created_at"]

    def test_neither_grading_nor_a_pause_takes_it_back(self, lab: Lab) -> None:
        experiment = lab.create()
        run = lab.door.run(lab.jobs(experiment)[0]["id"])
        run.record_steps({}, {"percent": 100.0}, trained_tokens=0)
        run.record_phase("grading the tuned model")
        assert lab.get(experiment)["progress"]["percent"] == 25.0
        ok(lab.ask(experiment, "pause"))
        run.pause()
        now = lab.get(experiment)
        assert (now["status"], now["progress"]["percent"]) == ("paused", 25.0)
        assert ok(lab.ask(experiment, "resume"))["progress"]["percent"] == 25.0

    def test_a_poller_that_knows_it_gets_nothing(self, lab: Lab) -> None:
        path = f"{EXPERIMENTS}/{_under_way(lab)['id']}"
        tag = lab.door.client.get(path).headers["etag"]
        assert lab.door.client.get(path, headers={"If-None-Match": tag}).status_code == 304


class TestList:
    def test_newest_first_in_pages(self, lab: Lab) -> None:
        ids = [lab.create()["id"] for _ in range(3)]
        first = lab.door.get(EXPERIMENTS, limit=2)
        second = lab.door.get(EXPERIMENTS, limit=2, after=first["data"][-1]["id"])
        assert [each["id"] for each in first["data"] + second["data"]] == ids[::-1]
        assert (first["has_more"], second["has_more"]) == (True, False)


class TestCancel:
    def test_queued_jobs_end_at_once_and_running_ones_are_asked(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.door.run(lab.jobs(experiment)[0]["id"])
        now = ok(lab.ask(experiment, "cancel"))
        assert (now["status"], now["jobs"]["cancelled"]) == ("running", 3)
        assert lab.jobs(experiment)[0]["cancel_requested_at"] is not None

    def test_what_succeeded_stays(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.succeed(lab.jobs(experiment)[0], 0.5)
        assert ok(lab.ask(experiment, "cancel"))["status"] == "incomplete"

    def test_one_at_its_end_is_a_conflict(self, lab: Lab) -> None:
        experiment = lab.create()
        assert ok(lab.ask(experiment, "cancel"))["status"] == "cancelled"
        refused(lab.ask(experiment, "cancel"), 409)


class TestPause:
    def test_queued_jobs_wait_until_they_are_resumed(self, lab: Lab) -> None:
        experiment = lab.create()
        paused = ok(lab.ask(experiment, "pause"))
        assert (paused["status"], paused["jobs"]["paused"]) == ("paused", 4)
        resumed = ok(lab.ask(experiment, "resume"))
        assert (resumed["status"], resumed["jobs"]["queued"]) == ("queued", 4)

    def test_what_is_not_paused_cannot_be_resumed(self, lab: Lab) -> None:
        refused(lab.ask(lab.create(), "resume"), 409)

    def test_what_has_ended_cannot_be_paused(self, lab: Lab) -> None:
        experiment = lab.create()
        ok(lab.ask(experiment, "cancel"))
        refused(lab.ask(experiment, "pause"), 409)


class TestRetry:
    def test_failed_jobs_are_queued_again_and_others_stay(self, lab: Lab) -> None:
        experiment = lab.create()
        first, second, third, fourth = lab.jobs(experiment)
        lab.succeed(first, 0.5)
        for job in (second, third):
            lab.fail(job)
        ok(lab.door.client.post(f"{JOBS}/{fourth['id']}/cancel"))
        assert lab.get(experiment)["status"] == "incomplete"
        retried = ok(lab.ask(experiment, "retry"))
        assert (retried["status"], retried["jobs"]["queued"]) == ("running", 2)
        statuses = [job["status"] for job in lab.jobs(experiment)]
        assert statuses == ["succeeded", "queued", "queued", "cancelled"]
        assert all(job["error"] is None for job in lab.jobs(experiment))

    def test_where_none_failed_it_is_a_conflict(self, lab: Lab) -> None:
        experiment = lab.create()
        assert "retried" in refused(lab.ask(experiment, "retry"), 409)

    def test_a_file_that_is_gone_is_named_and_nothing_is_queued(self, lab: Lab) -> None:
        experiment = lab.create(tasks=[lab.task("sums"), lab.task("products")], seeds=[0])
        for job in lab.jobs(experiment):
            lab.fail(job)
        gone = experiment["settings"]["tasks"][1]["validation_file"]
        ok(lab.door.client.delete(f"/v1/files/{gone}"))
        refused(lab.ask(experiment, "retry"), 404, "tasks.1.validation_file")
        assert lab.get(experiment)["jobs"]["failed"] == 4

    def test_a_file_that_only_others_read_may_be_gone(self, lab: Lab) -> None:
        experiment = lab.create(tasks=[lab.task("sums"), lab.task("products")], seeds=[0])
        failed, *others = lab.jobs(experiment)
        lab.fail(failed)
        for job in others:
            lab.succeed(job, 0.5)
        ok(lab.door.client.delete(f"/v1/files/{others[-1]['training_file']}"))
        assert ok(lab.ask(experiment, "retry"))["jobs"]["queued"] == 1

    def test_a_warm_start_that_is_gone_is_named(self, lab: Lab) -> None:
        first = lab.create()
        lab.finish(first)
        init = {"type": "experiment", "id": first["id"], "task": "sums", "arm": "none"}
        second = lab.create(arms=[NONE, {**NONE, "name": "warm", "init": init}])
        for job in lab.jobs(second):
            lab.fail(job)
        ok(lab.door.client.delete(f"{EXPERIMENTS}/{first['id']}"))
        refused(lab.ask(second, "retry"), 404, "arms.1.init")

    def test_over_the_limit_nothing_changes(self, lab: Lab) -> None:
        experiment = lab.create()
        for job in lab.jobs(experiment):
            lab.fail(job)
        limit = lab.door.service.settings.max_queued_jobs
        for _ in range(limit // 4):
            lab.create()
        assert str(limit) in refused(lab.ask(experiment, "retry"), 429)
        assert lab.get(experiment)["jobs"]["failed"] == 4


class TestExtend:
    def test_each_new_seed_is_run_in_every_arm(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.finish(experiment)
        extended = ok(lab.ask(experiment, "extend", seeds=[7, 8]))
        assert extended["settings"]["seeds"] == [0, 1, 7, 8]
        assert extended["settings"]["extensions"] == 1
        assert (extended["status"], extended["jobs"]["planned"]) == ("running", 8)
        assert [(job["seed"], job["arm"]) for job in lab.jobs(extended)[4:]] == [
            (7, "none"), (7, "tsloss"), (8, "none"), (8, "tsloss"),
        ]  # fmt: skip

    def test_a_seed_that_is_there_is_refused(self, lab: Lab) -> None:
        experiment = lab.create()
        for seeds in ([5, 1], [5, 5]):
            refused(lab.ask(experiment, "extend", seeds=seeds), 422, "seeds")
        assert count_jobs(lab.door) == 4

    def test_over_the_limit_nothing_changes(self, lab: Lab) -> None:
        experiment = lab.create()
        refused(lab.ask(experiment, "extend", seeds=list(range(10, 19))), 429)
        assert lab.get(experiment) == experiment

    def test_a_file_that_is_gone_is_named(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.finish(experiment)
        file_id = experiment["settings"]["tasks"][0]["training_file"]
        ok(lab.door.client.delete(f"/v1/files/{file_id}"))
        refused(lab.ask(experiment, "extend", seeds=[5]), 404, "tasks.0.training_file")


class TestDelete:
    def test_it_goes_with_its_jobs(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.finish(experiment)
        path = f"{EXPERIMENTS}/{experiment['id']}"
        gone = ok(lab.door.client.delete(path))
        assert gone == {"id": experiment["id"], "object": "experiment", "deleted": True}
        assert count_jobs(lab.door) == lab.door.count(Experiment) == 0
        refused(lab.door.client.get(path), 404)

    def test_an_unfinished_one_stays(self, lab: Lab) -> None:
        experiment = lab.create()
        refused(lab.door.client.delete(f"{EXPERIMENTS}/{experiment['id']}"), 409)
        assert count_jobs(lab.door) == 4

    def test_one_whose_checkpoint_another_starts_from_stays(self, lab: Lab) -> None:
        first = lab.create()
        lab.finish(first)
        init = {"type": "experiment", "id": first["id"], "task": "sums", "arm": "none"}
        second = lab.create(arms=[NONE, {**NONE, "name": "warm", "init": init}])
        path = f"{EXPERIMENTS}/{first['id']}"
        assert "A checkpoint of job" in refused(lab.door.client.delete(path), 409)
        ok(lab.ask(second, "cancel"))
        ok(lab.door.client.delete(path))

    def test_one_that_an_unfinished_analysis_compares_stays(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.finish(experiment)
        inputs = [{"fine_tuning_job": job["id"]} for job in lab.jobs(experiment)[:2]]
        analysis = ok(lab.door.client.post("/v1/analyses", json={"inputs": inputs}))
        path = f"{EXPERIMENTS}/{experiment['id']}"
        assert analysis["id"] in refused(lab.door.client.delete(path), 409)

    def test_a_job_of_it_may_go_and_is_missing(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.finish(experiment)
        ok(lab.door.client.delete(f"/v1/fine_tuning/jobs/{lab.jobs(experiment)[0]['id']}"))
        now = lab.get(experiment)
        assert (now["jobs"]["planned"], now["jobs"]["succeeded"], now["jobs"]["missing"]) == (
            4,
            3,
            1,
        )


class TestStrangers:
    def test_a_stranger_extends_nothing(self, lab: Lab, stranger: Door) -> None:
        path = f"{EXPERIMENTS}/{lab.create()['id']}/extend"
        refused(stranger.client.post(path, json={"seeds": [9]}), 404)
        assert count_jobs(lab.door) == 4
