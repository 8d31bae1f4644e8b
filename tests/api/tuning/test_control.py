"""Pause, resume, retry, delete; what a job would take."""

from typing import Any

import pytest

from store.analyses import CloudResults, add_cloud_results
from store.jobs import ANALYSIS_QUEUE, insert_job
from store.measurements import Rates, record_rates
from store.runs import add_result_files
from store.schema import File, Job
from tests.api.support import JOBS, Door, ok, refused


def _post(door: Door, job_id: str, wish: str) -> Any:
    return door.client.post(f"{JOBS}/{job_id}/{wish}")


class TestPause:
    def test_a_queued_job_is_paused_and_resumed(self, door: Door) -> None:
        job_id = door.job()["id"]
        paused = ok(_post(door, job_id, "pause"))
        assert paused["status"] == "paused"
        assert paused["pause_requested_at"] is not None
        resumed = ok(_post(door, job_id, "resume"))
        assert (resumed["status"], resumed["pause_requested_at"]) == ("queued", None)

    def test_a_running_job_is_asked(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        job = ok(_post(door, run.key.job_id, "pause"))
        assert (job["status"], job["pause_requested_at"] is None) == ("running", False)
        run.pause()
        assert door.get(f"{JOBS}/{run.key.job_id}")["status"] == "paused"

    def test_a_job_at_its_end_cannot_be(self, door: Door) -> None:
        job_id = door.job()["id"]
        _post(door, job_id, "cancel")
        response = _post(door, job_id, "pause")
        refused(response, 409)
        assert response.headers["x-should-retry"] == "false"
        refused(_post(door, job_id, "resume"), 409)


class TestRetry:
    def test_a_failed_job_waits_again(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        run.fail("timeout", "too long")
        job = ok(_post(door, run.key.job_id, "retry"))
        assert (job["status"], job["error"], job["finished_at"]) == ("queued", None, None)

    def test_no_other_job_can_be(self, door: Door) -> None:
        refused(_post(door, door.job()["id"], "retry"), 409)

    def test_a_file_that_is_gone_is_named(self, door: Door) -> None:
        file_id = door.file()
        run = door.run(door.job(training_file=file_id)["id"])
        run.fail("timeout", "too long")
        ok(door.client.delete(f"/v1/files/{file_id}"))
        response = _post(door, run.key.job_id, "retry")
        assert file_id in refused(response, 404, "training_file")
        assert response.json()["error"]["code"] == "file_not_found"

    def test_over_the_limit_it_stays_failed(self, door: Door) -> None:
        file_id = door.file()
        run = door.run(door.job(training_file=file_id)["id"])
        run.fail("timeout", "too long")
        limit = door.service.settings.max_queued_jobs
        for _ in range(limit):
            door.job(training_file=file_id)
        assert str(limit) in refused(_post(door, run.key.job_id, "retry"), 429)
        assert door.get(f"{JOBS}/{run.key.job_id}")["status"] == "failed"


class TestDelete:
    def test_rows_and_artifacts_go_together(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        prefix = f"{door.project_id}/{run.key.job_id}"
        for name in ("snapshot", "result", "figure"):
            door.service.artifacts.put(f"{prefix}/{name}", b"x")
        run.record_snapshot(1, 1, f"{prefix}/snapshot", {}, [])
        spec = {"inputs": [{"fine_tuning_job": run.key.job_id}], "settings": {}}
        analysis = Job(queue=ANALYSIS_QUEUE, source_job_id=run.key.job_id, metadata_={}, spec=spec)
        with run.transaction() as (session, job):
            file = File(filename="p", bytes=1, rows=None, artifact_key=f"{prefix}/result")
            add_result_files(session, job, [file])
            insert_job(session, analysis, door.project_id, "analysis")
            add_cloud_results(session, analysis.id, [CloudResults(0, 0, [([], [], [])], {})])
        door.succeed(run)
        refused(door.client.delete(f"{JOBS}/{run.key.job_id}"), 409)
        ok(door.client.post(f"/v1/analyses/{analysis.id}/cancel"))
        assert ok(door.client.delete(f"{JOBS}/{run.key.job_id}"))["deleted"] is True
        refused(door.client.get(f"{JOBS}/{run.key.job_id}"), 404)
        refused(door.client.get(f"/v1/analyses/{analysis.id}"), 404)
        refused(door.client.get(f"/v1/files/{file.id}"), 404)
        assert [key for key in door.artifacts() if key.startswith(f"{prefix}/")] == [
            f"{prefix}/figure"
        ]

    def test_an_unfinished_job_stays(self, door: Door) -> None:
        refused(door.client.delete(f"{JOBS}/{door.job()['id']}"), 409)

    def test_one_whose_checkpoint_another_job_starts_from_stays(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        run.record_snapshot(1, 1, "key", {}, [])
        door.succeed(run)
        point = door.get(f"{JOBS}/{run.key.job_id}/checkpoints")["data"][0]["id"]
        init = {"init": {"type": "checkpoint", "id": point}}
        door.job(method={"type": "soft_prompt", "soft_prompt": init})
        assert "checkpoint" in refused(door.client.delete(f"{JOBS}/{run.key.job_id}"), 409)


class TestModel:
    def test_a_tuned_model_is_forgotten_and_a_base_model_stays(self, door: Door) -> None:
        from store.tuned_models import add_tuned_model

        run = door.run(door.job()["id"])
        with run.transaction() as (session, job):
            model = add_tuned_model(session, job, "key")
        ok(door.client.delete(f"/v1/models/{model.id}"))
        refused(door.client.get(f"/v1/models/{model.id}"), 404)
        refused(door.client.delete("/v1/models/tiny"), 404)


class TestEstimate:
    def _ask(self, door: Door, file_id: str, **soft_prompt: Any) -> dict[str, Any]:
        method = {"type": "soft_prompt", "soft_prompt": soft_prompt}
        body = {"model": "tiny", "training_file": file_id, "method": method}
        return ok(door.client.post(f"{JOBS}:estimate", json=body))

    @pytest.fixture
    def known(self, door: Door) -> str:
        """A file of three rows, counted and measured as a finished job leaves it."""
        file_id = door.file()
        run = door.run(door.job(training_file=file_id)["id"])
        run.record_row_lengths(file_id, "tiny", [10, 20, 30])
        rates = Rates(
            "card", tokens_per_second=100.0, graded_rows_per_second=2.0, bytes_per_token=7
        )
        with door.service.database.transaction() as session:
            record_rates(session, "tiny", "suffix", "float32", rates)
        return file_id

    def test_it_counts_what_is_known(self, door: Door, known: str) -> None:
        told = self._ask(
            door, known, num_virtual_tokens=5, hyperparameters={"n_epochs": 4, "batch_size": 3}
        )
        assert (told["steps"], told["tokens"], told["device"]) == (4, 4 * 75, "card")
        assert told["seconds"] == 3.0 + 2 * 3 / 2
        assert told["memory_bytes"] == 3 * 35 * 7
        assert told["unknown"] == {}
        assert door.count(Job) == 1

    @pytest.mark.parametrize("batch_size", [2, 3])
    def test_looking_for_convergence_at_each_epoch_takes_its_time(
        self, door: Door, known: str, batch_size: int
    ) -> None:
        settings = {"hyperparameters": {"n_epochs": 4, "batch_size": batch_size}}
        plain = self._ask(door, known, **settings)
        looking = self._ask(door, known, evaluation={"stop_at_accuracy": 1.0}, **settings)
        assert looking["seconds"] - plain["seconds"] == pytest.approx(4 * 3 / 2)

    @pytest.mark.parametrize(("budget", "tokens"), [(70, 70), (3, 35), (1000, 3 * 35)])
    def test_passes_of_a_step_take_what_the_largest_takes(
        self, door: Door, known: str, budget: int, tokens: int
    ) -> None:
        settings = {"batch_size": 3, "max_tokens_per_pass": budget}
        told = self._ask(door, known, num_virtual_tokens=5, hyperparameters=settings)
        assert told["memory_bytes"] == tokens * 7

    def test_what_is_not_known_is_null_with_the_reason(self, door: Door, known: str) -> None:
        told = self._ask(door, known, placement="prefix", hyperparameters={"precision": "bf16"})
        assert (told["seconds"], told["device"]) == (None, None)
        assert told["tokens"] is not None
        assert set(told["unknown"]) == {"device", "seconds", "memory_bytes"}
        fresh = self._ask(door, door.file())
        assert (fresh["tokens"], "tokens" in fresh["unknown"]) == (None, True)
        assert fresh["steps"] > 0

    def test_a_bad_request_is_refused_as_a_job_would_be(self, door: Door) -> None:
        body = {"model": "none", "training_file": "file-x"}
        refused(door.client.post(f"{JOBS}:estimate", json=body), 404, "model")


class TestCreatedRange:
    def test_it_narrows(self, door: Door) -> None:
        job = door.job()
        at = job["created_at"]
        assert door.get(JOBS, created_after=at, created_before=at + 2)["data"][0]["id"] == job["id"]
        assert door.get(JOBS, created_after=at + 2)["data"] == []
        assert door.get(JOBS, created_before=at)["data"] == []


class TestPriority:
    def test_it_is_taken_and_shown(self, door: Door) -> None:
        assert door.job(priority=5)["priority"] == 5
        refused(door.post_job(priority=101), 422, "priority")
