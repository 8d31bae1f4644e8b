"""Analyses: what is queued, and what can be read of the results."""

from typing import Any

import pytest

from store import lifecycle
from store.analyses import add_cloud_results, add_figure
from store.schema import Job
from tests.api.support import JOBS, Door, ok, refused

ANALYSES = "/v1/analyses"


class TestCreate:
    def test_of_a_point_cloud(self, door: Door) -> None:
        file_id = door.cloud()
        settings = {"max_dimension": 2, "max_edge_length": 1.5}
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
        refused(door.client.post(ANALYSES, json=body), 409)

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


class TestResults:
    @pytest.fixture
    def path(self, door: Door) -> str:
        """An analysis of two clouds with a figure."""
        body = {"point_cloud_file": door.cloud()}
        analysis_id = ok(door.client.post(ANALYSES, json=body))["id"]
        run = door.run(analysis_id)
        key = run.key.artifact_key("figure", "barcode") + ".svg"
        door.service.artifacts.put(key, b"<svg><script>alert(1)</script></svg>")
        with run.transaction() as (session, job):
            for step in (0, 10):
                diagrams = [([0.0, 0.0], [1.0, 2.5], [0.0]), ([1.0], [1.25], [])]
                add_cloud_results(session, job.id, step, diagrams, {"h1_count": 1})
            add_figure(session, job.id, "barcode", "svg", key)
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

    @pytest.mark.parametrize("part", ["diagrams", "statistics", "figures"])
    def test_a_tuning_job_has_no_results_here(self, door: Door, part: str) -> None:
        refused(door.client.get(f"{ANALYSES}/{door.job()['id']}/{part}"), 404)


class TestCancel:
    def test_a_queued_analysis_ends_at_once(self, door: Door) -> None:
        body = {"point_cloud_file": door.cloud()}
        analysis_id = ok(door.client.post(ANALYSES, json=body))["id"]
        path = f"{ANALYSES}/{analysis_id}/cancel"
        assert ok(door.client.post(path))["status"] == "cancelled"
        refused(door.client.post(path), 409)

    def test_a_tuning_job_is_not_cancelled_here(self, door: Door) -> None:
        refused(door.client.post(f"{ANALYSES}/{door.job()['id']}/cancel"), 404)
