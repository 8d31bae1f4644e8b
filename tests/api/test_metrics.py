"""The figures that Prometheus reads."""

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from store import lifecycle
from tests.api.support import JOBS, Door


@pytest.fixture(scope="module")
def operator(app: FastAPI) -> Door:
    return Door.open(app, ("metrics",))


def _samples(operator: Door) -> dict[tuple[str, ...], float]:
    text = operator.client.get("/metrics").text
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class TestMetrics:
    def test_jobs_queues_and_requests_are_counted(self, door: Door, operator: Door) -> None:
        before = _samples(operator)
        door.job()
        after = _samples(operator)
        queued = ("tsloss_jobs", "queued", "tuning")
        assert after[queued] == before.get(queued, 0) + 1
        assert after["tsloss_queue_age_seconds", "api-tests"] >= 0
        posts = ("tsloss_http_request_seconds_count", "/v1/fine_tuning/jobs", "200", "POST")
        assert after[(posts[0], *sorted(posts[1:]))] >= 1

    def test_ids_make_no_series(self, door: Door, operator: Door) -> None:
        door.client.get("/v1/files/file-somebody")
        assert "file-somebody" not in operator.client.get("/metrics").text

    def test_runs_and_speed_are_told(self, door: Door, operator: Door) -> None:
        run = door.run(door.job()["id"])
        run.record_steps({}, {"steps_per_second": 2.5}, trained_tokens=0)
        assert _samples(operator)["tsloss_steps_per_second",] >= 2.5
        door.succeed(run)
        assert _samples(operator)["tsloss_run_seconds_count", "succeeded", "tuning"] >= 1

    def test_rescues_and_deliveries_are_counted(self, door: Door, operator: Door) -> None:
        before = _samples(operator)
        door.client.post("/v1/webhooks", json={"url": "https://example.com"})
        lost, cancelled = door.job()["id"], door.job()["id"]
        with door.run(lost).transaction() as (session, job):
            lifecycle.lose(session, job, "its worker was lost", max_attempts=3)
        door.client.post(f"{JOBS}/{cancelled}/cancel")
        after = _samples(operator)
        assert after["tsloss_rescues",] == before["tsloss_rescues",] + 1
        waiting = ("tsloss_webhook_deliveries", "waiting")
        assert after[waiting] == before.get(waiting, 0) + 1

    def test_nothing_in_it_names_a_project_or_what_belongs_to_it(
        self, door: Door, operator: Door
    ) -> None:
        job = door.job(suffix="secret-project", metadata={"team": "secret-team"})
        text = operator.client.get("/metrics").text
        for name in (door.project_id, job["id"], job["training_file"], "secret-"):
            assert name not in text
