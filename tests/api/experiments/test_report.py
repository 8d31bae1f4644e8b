"""The report of an experiment."""

import re
from typing import Any

import pytest

from store import lifecycle
from store.analyses import CloudResults, add_cloud_results
from tests.api.experiments.conftest import EXPERIMENTS, Lab
from tests.api.reports.reader import Reader
from tests.api.support import ok, refused


def _analyze(
    lab: Lab, job: dict[str, Any], loops: tuple[int, int], settings: dict[str, float] | None = None
) -> None:
    """Analyse a job's first and last snapshot without a worker."""
    body = {"fine_tuning_job": job["id"], "settings": settings or {}}
    created = ok(lab.door.client.post("/v1/analyses", json=body))
    with lab.door.run(created["id"]).transaction() as (session, row):
        for step, count in zip((0, 2), loops, strict=True):
            measures = {"h1": {"count": count, "persistent_entropy": None}}
            results = CloudResults(0, step, [([], [], [0.0])], measures)
            add_cloud_results(session, row.id, [results])
        lifecycle.succeed(session, row, {"clouds": 2})


class TestReport:
    def test_it_compares_what_the_jobs_measured(self, lab: Lab) -> None:
        experiment = lab.create(seeds=list(range(8)))
        lab.finish(experiment)
        report = lab.report(experiment)
        assert (report["id"], report["status"]) == (experiment["id"], "succeeded")
        assert report["settings"] == experiment["settings"]
        results = report["results"]
        assert (results["planned_runs"], results["succeeded_runs"]) == (16, 16)
        (task,) = results["tasks"]
        none, tsloss = task["arms"]
        assert none["steps_per_second"] == 1 / 0.375
        assert (tsloss["overhead"], tsloss["gradient_ratio"]) == (0.0, 0.01)
        accuracy = next(each for each in task["differences"] if each["metric"] == "accuracy")
        assert (accuracy["pairs"], accuracy["finding"]) == (8, "better")
        assert round(accuracy["interval"]["mean"], 6) == 0.1
        assert accuracy["p"] == 2 / 2**8
        assert [point["step"] for point in task["curves"][0]["points"]] == [2]

    def test_failed_unfinished_and_deleted_runs_are_named(self, lab: Lab) -> None:
        experiment = lab.create()
        first, second, third, fourth = lab.jobs(experiment)
        lab.succeed(first, 0.5)
        lab.fail(second)
        lab.succeed(third, 0.5)
        ok(lab.door.client.delete(f"/v1/fine_tuning/jobs/{third['id']}"))
        missing = lab.report(experiment)["results"]["missing_runs"]
        named = [
            (run["arm"], run["seed"], run["job"], run["status"], run["error"]) for run in missing
        ]
        assert named == [
            ("tsloss", 0, second["id"], "failed", "diverged: step 1: loss 1e9"),
            ("none", 1, None, "missing", None),
            ("tsloss", 1, fourth["id"], "queued", None),
        ]

    def test_the_prompts_shape_comes_from_the_analyses(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.finish(experiment)
        for job in lab.jobs(experiment):
            _analyze(lab, job, loops=(9, 3))
        (task,) = lab.report(experiment)["results"]["tasks"]
        shapes = [arm["structure"] for arm in task["arms"]]
        assert [list(shape) for shape in shapes] == [["h1.count"]] * 2
        assert [(s["h1.count"]["mean"], s["h1.count"]["n"]) for s in shapes] == [(3.0, 2)] * 2
        assert task["shapes"][0]["interval"]["mean"] == 0.0

    @pytest.mark.parametrize("others", [{"max_edge_length": 0.1}, {"max_dimension": 0}])
    def test_an_analysis_with_other_settings_changes_nothing(
        self, lab: Lab, others: dict[str, float]
    ) -> None:
        experiment = lab.create()
        lab.finish(experiment)
        for job in lab.jobs(experiment):
            _analyze(lab, job, loops=(9, 3))
        before = lab.report(experiment)
        _analyze(lab, lab.jobs(experiment)[0], loops=(0, 0), settings=others)
        assert lab.report(experiment) == before

    def test_a_converged_runs_curve_ends_with_its_last_prompt(self, lab: Lab) -> None:
        experiment = lab.create()
        for job in lab.jobs(experiment):
            lab.succeed(job, 0.25, steps=4)
        points = lab.report(experiment)["results"]["tasks"][0]["curves"][0]["points"]
        assert [point["step"] for point in points] == [2, 4]

    def test_what_the_model_answered_before_tuning_is_told(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.finish(experiment)
        assert lab.report(experiment)["results"]["tasks"][0]["untuned_accuracy"] == 0.25

    def test_an_experiment_that_has_just_begun_has_one(self, lab: Lab) -> None:
        results = lab.report(lab.create())["results"]
        assert len(results["missing_runs"]) == 4
        assert results["tasks"][0]["differences"][0]["finding"] == "too_few_pairs"

    def test_as_a_page_it_runs_nothing(self, lab: Lab) -> None:
        experiment = lab.create(name="<script>alert(1)</script>")
        lab.finish(experiment)
        path = f"{EXPERIMENTS}/{experiment['id']}/report"
        response = lab.door.client.get(path, params={"format": "html"})
        assert response.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "<script" not in response.text
        assert "@import" not in response.text
        assert set(re.findall(r"url\((.)", response.text)) <= {"#"}
        page = Reader(response.text)
        assert {reference[0] for reference in page.references} <= {"#"}
        assert {"script", "link", "img", "iframe"}.isdisjoint(page.tags)
        assert "&lt;script&gt;alert" in response.text
        for verdict in _verdicts(lab.report(experiment)):
            assert verdict in response.text

    def test_the_page_shows_every_figure(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.finish(experiment)
        response = lab.door.client.get(
            f"{EXPERIMENTS}/{experiment['id']}/report", params={"format": "html"}
        )
        page = Reader(response.text)
        assert response.text.count("<svg role=") == 3
        assert len(set(page.ids)) == len(page.ids)

    def test_another_format_is_refused(self, lab: Lab) -> None:
        path = f"{EXPERIMENTS}/{lab.create()['id']}/report"
        refused(lab.door.client.get(path, params={"format": "pdf"}), 422, "format")


class TestFigures:
    def test_each_is_there_in_every_format(self, lab: Lab) -> None:
        experiment = lab.create()
        lab.finish(experiment)
        place = f"{EXPERIMENTS}/{experiment['id']}/figures/differences"
        data = ok(lab.door.client.get(f"{place}.json"))
        assert data["rows"][0]["arm"] == "tsloss"
        assert lab.door.client.get(f"{place}.svg").text.startswith("<?xml")
        png = lab.door.client.get(f"{place}.png")
        assert (png.headers["content-type"], png.content[:4]) == ("image/png", b"\x89PNG")
        assert "sandbox" in png.headers["content-security-policy"]

    def test_an_unknown_one_is_not_found(self, lab: Lab) -> None:
        place = f"{EXPERIMENTS}/{lab.create()['id']}/figures"
        assert "'violin'" in refused(lab.door.client.get(f"{place}/violin.svg"), 404)


def _verdicts(report: dict) -> list[str]:
    return [
        each["verdict"]
        for task in report["results"]["tasks"]
        for each in task["differences"]
        if each["metric"] == "accuracy"
    ]
