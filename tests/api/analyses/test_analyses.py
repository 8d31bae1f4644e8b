"""Analyses: what is queued, and what can be read of the results."""

from typing import Any

import pytest

from store import lifecycle
from store.analyses import CloudResults, add_cloud_results, add_evolution, add_figure
from store.runs import Run, set_progress
from store.schema import Job
from tests.api.support import JOBS, Door, ok, refused
from tests.support.statements import counted

ANALYSES = "/v1/analyses"
EVOLUTION = {
    "inputs": [], "between": [], "across_runs": [], "words": ["nothing moves"],
    "versions": {"numpy": "2"},
}  # fmt: skip


def _tokens(count: int) -> dict[str, Any]:
    return {"type": "soft_prompt", "soft_prompt": {"num_virtual_tokens": count}}


def _checkpoint(door: Door, run: Run, step: int) -> str:
    run.record_snapshot(step, 1, f"nowhere-{step}", {}, [])
    path = f"{JOBS}/{run.key.job_id}/checkpoints"
    return door.get(path)["data"][0]["id"]


def _queued(door: Door) -> str:
    """Put an analysis of a cloud into the queue; return its id."""
    return ok(door.client.post(ANALYSES, json={"point_cloud_file": door.cloud()}))["id"]


def _queries(door: Door, body: dict[str, Any]) -> int:
    """Create an analysis; return how many statements that took."""
    with counted(door.service.database.engine) as sent:
        ok(door.client.post(ANALYSES, json=body))
    return len(sent)


class TestCreate:
    def test_of_a_point_cloud(self, door: Door) -> None:
        file_id = door.cloud()
        settings = {"max_dimension": 2, "max_edge_length": 1.5, "null_trajectories": 19}
        body = {"point_cloud_file": file_id, "settings": settings}
        analysis = ok(door.client.post(ANALYSES, json=body))
        assert analysis["id"].startswith("ana-")
        assert analysis["status"] == "queued"
        assert analysis["point_cloud_file"] == file_id
        assert analysis["fine_tuning_job"] is None
        assert analysis["settings"] == settings
        assert door.get(f"{ANALYSES}/{analysis['id']}") == analysis
        assert door.get(ANALYSES)["data"] == [analysis]

    def test_of_a_finished_job(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        door.succeed(run)
        analysis = ok(door.client.post(ANALYSES, json={"fine_tuning_job": run.key.job_id}))
        assert analysis["fine_tuning_job"] == run.key.job_id
        assert door.get(f"{JOBS}/{run.key.job_id}")["analysis"] == analysis["id"]

    def test_of_an_unfinished_job_is_a_conflict(self, door: Door) -> None:
        body = {"fine_tuning_job": door.job()["id"]}
        message = refused(door.client.post(ANALYSES, json=body), 409, "fine_tuning_job")
        assert "is queued" in message

    def test_of_chosen_checkpoints(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        ids = [_checkpoint(door, run, step) for step in (20, 10)]
        analysis = ok(door.client.post(ANALYSES, json={"checkpoints": ids}))
        assert analysis["inputs"] == [
            {"point_cloud_file": None, "fine_tuning_job": run.key.job_id, "checkpoints": ids[::-1]}
        ]
        assert door.get(f"{JOBS}/{run.key.job_id}")["analysis"] is None

    def test_of_checkpoints_of_two_jobs_is_refused(self, door: Door) -> None:
        runs = [door.run(door.job()["id"]) for _ in range(2)]
        ids = [_checkpoint(door, run, 10) for run in runs]
        body = {"inputs": [{"checkpoints": ids}]}
        message = refused(door.client.post(ANALYSES, json=body), 422, "inputs.0.checkpoints")
        assert "2 jobs, the limit is 1" in message

    def test_the_first_missing_checkpoint_is_named(self, door: Door) -> None:
        present = _checkpoint(door, door.run(door.job()["id"]), 10)
        body = {"checkpoints": [present, "ftckpt-lost", "ftckpt-gone"]}
        message = refused(door.client.post(ANALYSES, json=body), 404, "checkpoints")
        assert "ftckpt-lost" in message

    def test_a_checkpoint_of_another_project_is_not_found(self, door: Door, stranger: Door) -> None:
        body = {"checkpoints": [_checkpoint(door, door.run(door.job()["id"]), 10)]}
        refused(stranger.client.post(ANALYSES, json=body), 404, "checkpoints")

    def test_more_checkpoints_are_no_more_queries(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        ids = [_checkpoint(door, run, step) for step in range(5)]
        counts = [_queries(door, {"checkpoints": some}) for some in (ids[:1], ids)]
        assert counts[0] == counts[1]

    def test_of_two_inputs(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        door.succeed(run)
        inputs = [{"point_cloud_file": door.cloud()}, {"fine_tuning_job": run.key.job_id}]
        analysis = ok(door.client.post(ANALYSES, json={"inputs": inputs}))
        assert [{k: v for k, v in given.items() if v} for given in analysis["inputs"]] == inputs
        assert door.get(f"{JOBS}/{run.key.job_id}")["analysis"] is None

    def test_the_same_input_twice_is_refused(self, door: Door) -> None:
        given = {"point_cloud_file": door.cloud()}
        refused(door.client.post(ANALYSES, json={"inputs": [given, given]}), 422, "inputs.1")

    def test_too_many_inputs_are_refused(self, door: Door) -> None:
        inputs = [{"point_cloud_file": f"file-{i}"} for i in range(17)]
        message = refused(door.client.post(ANALYSES, json={"inputs": inputs}), 422, "inputs")
        assert "16" in message

    def test_of_a_single_virtual_token_is_refused(self, door: Door) -> None:
        run = door.run(door.job(method=_tokens(1))["id"])
        door.succeed(run)
        body = {"fine_tuning_job": run.key.job_id}
        message = refused(door.client.post(ANALYSES, json=body), 422, "fine_tuning_job")
        assert "1 point is under the limit of 2" in message

    def test_a_cloud_over_the_limit_of_dimension_2_is_refused(self, door: Door) -> None:
        points = b"".join(b"%d,%d\n" % (i, i * i) for i in range(101))
        file_id = door.file(points, "point-cloud", "points.csv")
        body = {"point_cloud_file": file_id, "settings": {"max_dimension": 2}}
        message = refused(door.client.post(ANALYSES, json=body), 422, "point_cloud_file")
        assert "101 points are over the limit of 100 in homology dimension 2" in message
        ok(door.client.post(ANALYSES, json={"point_cloud_file": file_id}))

    def test_nulls_that_could_prove_nothing_are_refused_with_the_reason(self, door: Door) -> None:
        body = {"point_cloud_file": door.cloud(), "settings": {"null_trajectories": 9}}
        message = refused(door.client.post(ANALYSES, json=body), 422, "settings.null_trajectories")
        assert "must be 0 or at least 19: with 9 the smallest possible p is 1/10" in message

    def test_one_of_before_a_limit_can_still_be_read(self, door: Door) -> None:
        analysis = ok(door.client.post(ANALYSES, json={"point_cloud_file": door.cloud()}))
        with door.service.database.transaction() as session:
            job = session.get_one(Job, analysis["id"])
            job.spec = {**job.spec, "settings": {"null_trajectories": 3}}
        read = door.get(f"{ANALYSES}/{analysis['id']}")
        assert read["settings"] == {**analysis["settings"], "null_trajectories": 3}

    def test_a_job_of_an_unfinished_comparison_stays(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        door.succeed(run)
        inputs = [{"point_cloud_file": door.cloud()}, {"fine_tuning_job": run.key.job_id}]
        analysis = ok(door.client.post(ANALYSES, json={"inputs": inputs}))
        refused(door.client.delete(f"{JOBS}/{run.key.job_id}"), 409)
        ok(door.client.post(f"{ANALYSES}/{analysis['id']}/cancel"))
        ok(door.client.delete(f"{JOBS}/{run.key.job_id}"))
        assert door.get(f"{ANALYSES}/{analysis['id']}")["status"] == "cancelled"

    @pytest.mark.parametrize(
        ("body", "status", "param"),
        [
            ({}, 422, None),
            ({"point_cloud_file": "file-x", "fine_tuning_job": "ftjob-x"}, 422, None),
            ({"point_cloud_file": "file-x"}, 404, "point_cloud_file"),
            ({"fine_tuning_job": "ftjob-x"}, 404, "fine_tuning_job"),
            ({"fine_tuning_job": "ana-x"}, 422, "fine_tuning_job"),
            ({"point_cloud_file": "x", "url": "http://10.0.0.1"}, 422, "point_cloud_file"),
            ({"url": "http://10.0.0.1"}, 422, "url"),
            ({"inputs": []}, 422, "inputs"),
            ({"inputs": [{}]}, 422, "inputs.0"),
            ({"inputs": [{"fine_tuning_job": "ftjob-x"}]}, 404, "inputs.0.fine_tuning_job"),
            ({"checkpoints": []}, 422, "checkpoints"),
            ({"checkpoints": ["ftckpt-x"]}, 404, "checkpoints"),
            ({"settings": {"null_trajectories": 100}}, 422, "settings.null_trajectories"),
            ({"settings": {"null_trajectories": 18}}, 422, "settings.null_trajectories"),
            ({"settings": {"null_trajectories": 1}}, 422, "settings.null_trajectories"),
            ({"settings": {"max_dimension": 3}}, 422, "settings.max_dimension"),
            ({"settings": {"max_edge_length": -1}}, 422, "settings.max_edge_length"),
            ({"settings": {"engine": "x"}}, 422, "settings.engine"),
        ],
    )
    def test_a_bad_field_is_named(
        self, door: Door, body: dict[str, Any], status: int, param: str | None
    ) -> None:
        refused(door.client.post(ANALYSES, json=body), status, param)
        assert door.count(Job) == 0

    def test_training_rows_are_no_cloud(self, door: Door) -> None:
        body = {"point_cloud_file": door.file()}
        refused(door.client.post(ANALYSES, json=body), 422, "point_cloud_file")
        assert door.count(Job) == 0

    def test_the_cloud_of_an_unfinished_analysis_stays(self, door: Door) -> None:
        file_id = door.cloud()
        analysis = ok(door.client.post(ANALYSES, json={"point_cloud_file": file_id}))
        refused(door.client.delete(f"/v1/files/{file_id}"), 409)
        ok(door.client.post(f"{ANALYSES}/{analysis['id']}/cancel"))
        ok(door.client.delete(f"/v1/files/{file_id}"))


def _clouds(door: Door, places: list[tuple[int, int]]) -> str:
    """Store an analysis of clouds at these inputs and steps; return the path of its statistics."""
    analysis_id = _queued(door)
    with door.run(analysis_id).transaction() as (session, job):
        clouds = [CloudResults(at, step, [], {}) for at, step in places]
        add_cloud_results(session, job.id, clouds)
    return f"{ANALYSES}/{analysis_id}/statistics"


def _places(page: dict[str, Any]) -> list[tuple[int, int]]:
    return [(row["input"], row["step"]) for row in page["data"]]


class TestResults:
    @pytest.fixture
    def path(self, door: Door) -> str:
        """An analysis of two clouds with a figure."""
        analysis_id = _queued(door)
        run = door.run(analysis_id)
        key = run.key.artifact_key("figure", "barcode") + ".svg"
        door.service.artifacts.put(key, b"<svg><script>alert(1)</script></svg>")
        with run.transaction() as (session, job):
            for step in (0, 10):
                diagrams = [([0.0, 0.0], [1.0, 2.5], [0.0]), ([1.0], [1.25], [])]
                results = CloudResults(0, step, diagrams, {"h1_count": 1})
                add_cloud_results(session, job.id, [results])
            add_figure(session, job.id, "barcode", "svg", key)
            add_evolution(session, job.id, EVOLUTION)
            lifecycle.succeed(session, job, {"clouds": 2})
        return f"{ANALYSES}/{analysis_id}"

    def test_the_analysis_ends(self, door: Door, path: str) -> None:
        analysis = door.get(path)
        assert (analysis["status"], analysis["outcome"]["clouds"]) == ("succeeded", 2)

    def test_diagrams(self, door: Door, path: str) -> None:
        diagrams = door.get(f"{path}/diagrams")["data"]
        places = sorted((diagram["step"], diagram["dimension"]) for diagram in diagrams)
        assert places == [(0, 0), (0, 1), (10, 0), (10, 1)]
        one = next(diagram for diagram in diagrams if diagram["dimension"] == 0)
        assert (one["births"], one["deaths"]) == ([0.0, 0.0], [1.0, 2.5])
        assert one["essential"] == [0.0]
        assert door.get(f"/v1/diagrams/{one['id']}") == one

    def test_diagrams_in_pages(self, door: Door, path: str) -> None:
        first = door.get(f"{path}/diagrams", limit=3)
        second = door.get(f"{path}/diagrams", limit=3, after=first["data"][-1]["id"])
        assert (len(first["data"]), len(second["data"])) == (3, 1)
        assert (first["has_more"], second["has_more"]) == (True, False)

    def test_statistics(self, door: Door, path: str) -> None:
        rows = door.get(f"{path}/statistics")["data"]
        assert [(row["step"], row["values"]["h1_count"]) for row in rows] == [(0, 1), (10, 1)]

    def test_statistics_in_pages(self, door: Door) -> None:
        path = _clouds(door, [(0, 0), (0, 10), (1, 0), (1, 5)])
        first = door.get(path, limit=3)
        assert _places(first) == [(0, 0), (0, 10), (1, 0)]
        second = door.get(path, limit=3, after_input=1, after_step=0)
        assert _places(second) == [(1, 5)]
        assert (first["has_more"], second["has_more"]) == (True, False)

    def test_several_hundred_clouds_come_whole(self, door: Door) -> None:
        places = [(at, step) for at in range(3) for step in range(250)]
        page = door.get(_clouds(door, places))
        assert _places(page) == places
        assert page["has_more"] is False

    def test_more_than_a_thousand_come_in_pages_whatever_is_asked(self, door: Door) -> None:
        page = door.get(_clouds(door, [(0, step) for step in range(1001)]))
        assert (len(page["data"]), page["has_more"]) == (1000, True)

    @pytest.mark.parametrize(
        ("name", "value"), [("after_step", -2), ("after_input", -1), ("limit", 0), ("limit", 1001)]
    )
    def test_a_bad_place_in_the_statistics_is_refused(
        self, door: Door, path: str, name: str, value: int
    ) -> None:
        refused(door.client.get(f"{path}/statistics", params={name: value}), 422, name)

    def test_evolution(self, door: Door, path: str) -> None:
        found = door.get(f"{path}/evolution")
        assert found["words"] == ["nothing moves"]
        assert found["object"] == "analysis.evolution"

    def test_an_unfinished_analysis_has_no_evolution_yet(self, door: Door) -> None:
        analysis_id = _queued(door)
        message = refused(door.client.get(f"{ANALYSES}/{analysis_id}/evolution"), 409)
        assert "queued" in message

    def test_figures(self, door: Door, path: str) -> None:
        (figure,) = door.get(f"{path}/figures")["data"]
        response = door.client.get(figure["url"])
        assert response.status_code == 200
        assert response.headers["content-type"] == "image/svg+xml"
        assert response.content.startswith(b"<svg>")

    def test_a_browser_runs_nothing_in_a_figure(self, door: Door, path: str) -> None:
        headers = door.client.get(f"{path}/figures/barcode.svg").headers
        assert "sandbox" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize("name", ["barcode.png", "curves.svg", "barcode.exe", "a%2fb.svg"])
    def test_an_unknown_figure_is_not_found(self, door: Door, path: str, name: str) -> None:
        refused(door.client.get(f"{path}/figures/{name}"), 404)

    @pytest.mark.parametrize("part", ["diagrams", "statistics", "figures", "evolution"])
    def test_a_tuning_job_has_no_results_here(self, door: Door, part: str) -> None:
        refused(door.client.get(f"{ANALYSES}/{door.job()['id']}/{part}"), 404)


class TestShow:
    def test_an_unchanged_analysis_is_not_sent_again(self, door: Door) -> None:
        body = {"point_cloud_file": door.cloud()}
        path = f"{ANALYSES}/{ok(door.client.post(ANALYSES, json=body))['id']}"
        tag = door.client.get(path).headers["etag"]
        assert door.client.get(path, headers={"If-None-Match": tag}).status_code == 304


class TestCancel:
    def test_a_queued_analysis_ends_at_once(self, door: Door) -> None:
        analysis_id = _queued(door)
        path = f"{ANALYSES}/{analysis_id}/cancel"
        assert ok(door.client.post(path))["status"] == "cancelled"
        refused(door.client.post(path), 409)

    def test_a_tuning_job_is_not_cancelled_here(self, door: Door) -> None:
        refused(door.client.post(f"{ANALYSES}/{door.job()['id']}/cancel"), 404)


class TestRetry:
    @pytest.fixture
    def path(self, door: Door) -> str:
        """An analysis whose run was half done when its time was over."""
        analysis_id = _queued(door)
        run = door.run(analysis_id)
        half_done = {"phase": "persistence", "percent": 50.0}
        run.write(lambda _, job: set_progress(job, half_done))
        run.time_out("The run took longer than 1 h")
        return f"{ANALYSES}/{analysis_id}"

    def test_a_failed_analysis_waits_again_and_begins_again(self, door: Door, path: str) -> None:
        failed = door.get(path)
        assert failed["error"]["message"] == "The run took longer than 1 h; a retry begins again."
        again = ok(door.client.post(f"{path}/retry"))
        assert (again["status"], again["error"], again["finished_at"]) == ("queued", None, None)
        assert (failed["progress"]["percent"], again["progress"]) == (50.0, None)
        assert door.get(path) == again
        door.run(again["id"])
        assert door.get(path)["progress"] is None

    def test_one_that_waits_already_is_refused(self, door: Door, path: str) -> None:
        ok(door.client.post(f"{path}/retry"))
        response = door.client.post(f"{path}/retry")
        assert "only a failed job" in refused(response, 409)
        assert response.headers["x-should-retry"] == "false"

    def test_a_request_that_is_sent_again_is_answered_alike(self, door: Door, path: str) -> None:
        headers = {"Idempotency-Key": "again"}
        first = ok(door.client.post(f"{path}/retry", headers=headers))
        assert ok(door.client.post(f"{path}/retry", headers=headers)) == first

    def test_a_stranger_finds_nothing_to_retry(self, door: Door, stranger: Door, path: str) -> None:
        refused(stranger.client.post(f"{path}/retry"), 404)
        assert door.get(path)["status"] == "failed"

    def test_while_the_job_that_it_looks_at_goes_on_it_is_refused(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        run.fail("diverged", "the loss is not finite")
        body = {"fine_tuning_job": run.key.job_id}
        analysis_id = ok(door.client.post(ANALYSES, json=body))["id"]
        door.run(analysis_id).time_out("The run took longer than 1 h")
        ok(door.client.post(f"{JOBS}/{run.key.job_id}/retry"))
        response = door.client.post(f"{ANALYSES}/{analysis_id}/retry")
        assert "is queued" in refused(response, 409, "fine_tuning_job")
        assert door.get(f"{ANALYSES}/{analysis_id}")["status"] == "failed"

    def test_a_tuning_job_is_not_retried_here(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        run.fail("timeout", "too long")
        refused(door.client.post(f"{ANALYSES}/{run.key.job_id}/retry"), 404)
