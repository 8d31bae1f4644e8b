"""Following a job: the job itself, its events, checkpoints, metrics and topology."""

from collections.abc import Sequence
from typing import Any

import pytest

from store import lifecycle
from store.analyses import CloudResults, add_cloud_results
from store.jobs import ANALYSIS_QUEUE, analysis_job, insert_job
from store.runs import Run, add_result_files
from store.schema import File, Job
from store.tuned_models import add_tuned_model
from tests.api.support import JOBS, Door, ok, refused
from tsloss_core.spec import AnalysisInput, AnalysisSpec


def geometry(mean_norm: float) -> dict[str, float | None]:
    """Measures as a worker stores them."""
    return {
        "mean_norm": mean_norm,
        "min_norm": 0.5,
        "max_norm": 3.0,
        "mean_cosine": None,
        "min_cosine": None,
        "max_cosine": None,
        "mean_displacement": None,
        "max_displacement": None,
        "mean_drift": None,
    }


class TestList:
    def test_newest_first_in_pages(self, door: Door) -> None:
        file_id = door.file()
        ids = [door.job(training_file=file_id)["id"] for _ in range(3)]
        first = door.get(JOBS, limit=2)
        assert [job["id"] for job in first["data"]] == [ids[2], ids[1]]
        assert first["has_more"] is True
        second = door.get(JOBS, limit=2, after=ids[1])
        assert [job["id"] for job in second["data"]] == [ids[0]]
        assert second["has_more"] is False

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("status=queued", {"a", "b"}),
            ("status=running", set()),
            ("model=other", {"b"}),
            ("model=nothing", set()),
            ("metadata[team]=search", {"a", "b"}),
            ("metadata[team]=search&metadata[name]=a", {"a"}),
            ("metadata[team]=ads", set()),
            ("metadata[team]=search&model=tiny&status=queued", {"a"}),
        ],
    )
    def test_filters_narrow_together(self, door: Door, query: str, found: set[str]) -> None:
        door.job(metadata={"team": "search", "name": "a"})
        door.job(metadata={"team": "search", "name": "b"}, model="other")
        page = door.get(f"{JOBS}?{query}")
        assert {job["metadata"]["name"] for job in page["data"]} == found

    @pytest.mark.parametrize(
        ("query", "param"),
        [
            ("status=done", "status"),
            ("metadata=x", "metadata"),
            ("metadata[]=x", "metadata[]"),
            ("metadata[a=x", "metadata[a"),
            ("model=%00", "model"),
            ("sort=asc", "sort"),
        ],
    )
    def test_a_bad_filter_is_refused(self, door: Door, query: str, param: str) -> None:
        refused(door.client.get(f"{JOBS}?{query}"), 422, param)


class TestShow:
    def test_a_queued_job_says_when_to_ask_again(self, door: Door) -> None:
        response = door.client.get(f"{JOBS}/{door.job()['id']}")
        assert int(response.headers["retry-after"]) > 0

    def test_an_unchanged_job_is_not_sent_again(self, door: Door) -> None:
        path = f"{JOBS}/{door.job()['id']}"
        tag = door.client.get(path).headers["etag"]
        response = door.client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
        assert response.status_code == 304
        assert response.content == b""
        assert response.headers["etag"] == tag

    def test_a_changed_job_is_sent_again(self, door: Door) -> None:
        job_id = door.job()["id"]
        tag = door.client.get(f"{JOBS}/{job_id}").headers["etag"]
        door.run(job_id)
        response = door.client.get(f"{JOBS}/{job_id}", headers={"If-None-Match": tag})
        assert ok(response)["status"] == "running"
        assert response.headers["etag"] != tag
        assert "retry-after" not in response.headers

    def test_a_running_job_shows_its_progress(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        progress = {"phase": "training", "step": 5, "of": 20, "percent": 25.0, "finishes_at": 9}
        run.record_steps({5: {"loss": 1.0}}, progress, trained_tokens=640)
        job = door.get(f"{JOBS}/{run.key.job_id}")
        assert job["progress"] == {**progress, "steps_per_second": None}
        assert job["estimated_finish"] == 9
        assert (job["attempt"], job["trained_tokens"]) == (1, 640)

    def test_a_succeeded_job_names_what_it_left(self, door: Door) -> None:
        run = door.run(door.job(suffix="gsm")["id"])
        with run.transaction() as (session, job):
            file = File(filename="p", bytes=1, rows=None, artifact_key=f"{job.id}/p")
            add_result_files(session, job, [file])
            model = add_tuned_model(session, job, f"{job.id}/p")
            lifecycle.succeed(session, job, {"accuracy_before": 0.25, "accuracy_after": 0.75})
            analysis = Job(queue=ANALYSIS_QUEUE, source_job_id=job.id, metadata_={}, spec={})
            insert_job(session, analysis, door.project_id, "analysis")
        shown = door.get(f"{JOBS}/{run.key.job_id}")
        assert shown["status"] == "succeeded"
        assert shown["result_files"] == [file.id]
        assert shown["fine_tuned_model"] == model.id
        assert shown["analysis"] == analysis.id
        outcome = shown["outcome"]
        assert (outcome["accuracy_before"], outcome["accuracy_after"]) == (0.25, 0.75)
        assert shown["finished_at"] >= shown["created_at"]
        assert door.get(f"/v1/models/{model.id}")["base_model"] == "tiny"
        assert door.get(JOBS)["data"] == [shown]

    def test_a_failed_job_says_why(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        run.fail("invalid_data", "line 3: too long", "training_file")
        job = door.get(f"{JOBS}/{run.key.job_id}")
        assert job["status"] == "failed"
        assert job["error"] == {
            "code": "invalid_data",
            "message": "line 3: too long",
            "param": "training_file",
        }

    def test_an_analysis_is_no_tuning_job(self, door: Door) -> None:
        analysis = ok(door.client.post("/v1/analyses", json={"point_cloud_file": door.cloud()}))
        refused(door.client.get(f"{JOBS}/{analysis['id']}"), 404)


class TestEvents:
    def test_newest_first_in_pages(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        run.record_event("Epoch 1 begins", data={"epoch": 1})
        path = f"{JOBS}/{run.key.job_id}/events"
        first = door.get(path, limit=3)
        assert [event["number"] for event in first["data"]] == [4, 3, 2]
        newest = first["data"][0]
        assert newest["object"] == "fine_tuning.job.event"
        assert (newest["level"], newest["type"]) == ("info", "message")
        assert newest["data"] == {"epoch": 1}
        second = door.get(path, limit=3, after=first["data"][-1]["id"])
        assert [event["number"] for event in second["data"]] == [1]
        assert second["has_more"] is False

    def test_a_cursor_of_another_job_is_not_found(self, door: Door) -> None:
        event = door.get(f"{JOBS}/{door.job()['id']}/events")["data"][0]
        path = f"{JOBS}/{door.job()['id']}/events"
        refused(door.client.get(path, params={"after": event["id"]}), 404)


class TestCheckpoints:
    def test_newest_first(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        nearest = [{"token_id": 5, "token": " the", "distance": 0.5}]
        for step in (0, 10):
            run.record_snapshot(step, step // 10, f"k-{step}", {"train_loss": 2.5}, nearest)
        points = door.get(f"{JOBS}/{run.key.job_id}/checkpoints")["data"]
        assert [point["step_number"] for point in points] == [10, 0]
        assert points[0]["object"] == "fine_tuning.job.checkpoint"
        assert points[0]["fine_tuning_job_id"] == run.key.job_id
        metrics = points[0]["metrics"]
        assert (metrics["step"], metrics["train_loss"], metrics["full_valid_loss"]) == (
            10,
            2.5,
            None,
        )
        assert points[0]["nearest_tokens"] == nearest


class TestMetrics:
    @pytest.fixture
    def path(self, door: Door) -> str:
        run = door.run(door.job()["id"])
        steps: dict[int, dict[str, Any]] = {n: {"loss": 1 / n} for n in range(1, 6)}
        run.record_steps(steps, {}, trained_tokens=1)
        return f"{JOBS}/{run.key.job_id}/metrics"

    def test_in_the_order_of_steps(self, door: Door, path: str) -> None:
        page = door.get(path)
        assert [row["step"] for row in page["data"]] == [1, 2, 3, 4, 5]
        assert page["data"][1]["values"]["loss"] == 0.5
        assert page["has_more"] is False

    def test_after_a_step(self, door: Door, path: str) -> None:
        page = door.get(path, after_step=2, limit=2)
        assert [row["step"] for row in page["data"]] == [3, 4]
        assert page["has_more"] is True

    @pytest.mark.parametrize("step", ["-1", "x", str(2**31)])
    def test_a_bad_step_is_refused(self, door: Door, path: str, step: str) -> None:
        refused(door.client.get(path, params={"after_step": step}), 422, "after_step")


class TestTopology:
    def test_empty_without_an_analysis(self, door: Door) -> None:
        assert door.get(f"{JOBS}/{door.job()['id']}/topology")["data"] == []

    def test_the_measures_of_the_newest_analysis(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        for value in (1.0, 2.0):
            door.succeed(_analysis(door, run, (10, 0), {"geometry": geometry(value)}))
        rows = door.get(f"{JOBS}/{run.key.job_id}/topology")["data"]
        assert [(row["step"], row["values"]["geometry"]) for row in rows] == [
            (0, geometry(2.0)),
            (10, geometry(2.0)),
        ]

    def test_empty_until_the_analysis_is_done(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        path = f"{JOBS}/{run.key.job_id}/topology"
        analysis = _analysis(door, run, (0, 10))
        assert door.get(path)["data"] == []
        door.succeed(analysis)
        assert len(door.get(path)["data"]) == 2

    @pytest.mark.parametrize("ends", ["running", "failed"])
    def test_a_later_analysis_without_a_result_hides_nothing(self, door: Door, ends: str) -> None:
        run = door.run(door.job()["id"])
        door.succeed(_analysis(door, run, (0, 10)))
        later = _analysis(door, run, (0,))
        if ends == "failed":
            later.fail("timeout", "too long")
        assert len(door.get(f"{JOBS}/{run.key.job_id}/topology")["data"]) == 2

    def test_in_pages(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        door.succeed(_analysis(door, run, (0, 5, 10)))
        path = f"{JOBS}/{run.key.job_id}/topology"
        first, second = door.get(path, limit=2), door.get(path, limit=2, after_step=5)
        assert [row["step"] for row in first["data"] + second["data"]] == [0, 5, 10]
        assert (first["has_more"], second["has_more"]) == (True, False)


def _analysis(
    door: Door, source: Run, steps: Sequence[int], measures: dict[str, Any] | None = None
) -> Run:
    """Return a run that has stored these snapshots of a job."""
    analysis = analysis_job(
        AnalysisSpec(inputs=(AnalysisInput(fine_tuning_job=source.key.job_id),))
    )
    with door.service.database.transaction() as session:
        insert_job(session, analysis, door.project_id, "analysis")
    run = door.run(analysis.id)
    clouds = [CloudResults(0, step, [([], [], [])], measures or {}) for step in steps]
    with run.transaction() as (session, job):
        add_cloud_results(session, job.id, clouds)
    return run


class TestCancel:
    def test_a_queued_job_ends_at_once(self, door: Door) -> None:
        job = ok(door.client.post(f"{JOBS}/{door.job()['id']}/cancel"))
        assert job["status"] == "cancelled"
        assert job["finished_at"] is not None
        assert job["cancel_requested_at"] is not None

    def test_a_running_job_is_asked(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        job = ok(door.client.post(f"{JOBS}/{run.key.job_id}/cancel"))
        assert job["status"] == "running"
        assert job["cancel_requested_at"] is not None
        again = ok(door.client.post(f"{JOBS}/{run.key.job_id}/cancel"))
        assert again["cancel_requested_at"] == job["cancel_requested_at"]

    def test_a_finished_job_cannot_be(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        door.succeed(run)
        response = door.client.post(f"{JOBS}/{run.key.job_id}/cancel")
        assert "succeeded" in refused(response, 409)
        assert response.headers["x-should-retry"] == "false"
