"""The figures that Prometheus reads."""

from prometheus_client.parser import text_string_to_metric_families

from tests.api.support import Door


def _samples(door: Door) -> dict[tuple[str, ...], float]:
    text = door.client.get("/metrics").text
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class TestMetrics:
    def test_jobs_queues_and_requests_are_counted(self, door: Door) -> None:
        before = _samples(door)
        door.job()
        after = _samples(door)
        queued = ("tsloss_jobs", "queued", "tuning")
        assert after[queued] == before.get(queued, 0) + 1
        assert after["tsloss_queue_age_seconds", "api-tests"] >= 0
        posts = ("tsloss_http_request_seconds_count", "/v1/fine_tuning/jobs", "200", "POST")
        assert after[(posts[0], *sorted(posts[1:]))] >= 1

    def test_ids_make_no_series(self, door: Door) -> None:
        door.client.get("/v1/files/file-somebody")
        assert "file-somebody" not in door.client.get("/metrics").text

    def test_runs_and_speed_are_told(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        run.record_progress({"steps_per_second": 2.5})
        assert _samples(door)["tsloss_steps_per_second",] >= 2.5
        door.succeed(run)
        assert _samples(door)["tsloss_run_seconds_count", "succeeded", "tuning"] >= 1
