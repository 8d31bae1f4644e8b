"""Experiments from POST to report, on real workers."""

from typing import Any

import pytest

from tests.support.polling import wait_for
from tests.support.running import QUICK, Client, rows

EXPERIMENTS = "/v1/experiments"
ENDED = ("succeeded", "incomplete", "failed", "cancelled")
SETTINGS = {**QUICK, "evaluation": {"max_new_tokens": 4, "stop_at_accuracy": 1.0}}


def _create(client: Client, **fields: Any) -> dict[str, Any]:
    task = {
        "name": "sums",
        "training_file": client.upload(),
        "validation_file": client.upload(rows(3), "held-out.jsonl"),
    }
    body = {
        "models": ["tiny"],
        "tasks": [task],
        "seeds": [0, 1],
        "soft_prompt": SETTINGS,
        "arms": [
            {"name": "none", "regularizer": {"type": "none"}},
            {"name": "tsloss", "regularizer": {"type": "tsloss", "weight": 100}},
        ],
        **fields,
    }
    answer = client.http.post(EXPERIMENTS, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _ask(client: Client, experiment: dict[str, Any], wish: str, **body: Any) -> dict[str, Any]:
    answer = client.http.post(f"{EXPERIMENTS}/{experiment['id']}/{wish}", json=body or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _finish(client: Client, experiment: dict[str, Any]) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        now = client.http.get(f"{EXPERIMENTS}/{experiment['id']}").json()
        return now if now["status"] in ENDED else None

    return wait_for(ended, "the end of the experiment", 200)


def _results(client: Client, experiment: dict[str, Any]) -> dict[str, Any]:
    return client.http.get(f"{EXPERIMENTS}/{experiment['id']}/report").json()["results"]


@pytest.mark.timeout(500)
class TestExperiment:
    def test_from_post_to_report_with_failed_jobs_and_more_seeds(self, client: Client) -> None:
        experiment = _create(client, models=["tiny", "broken"])
        ended = _finish(client, experiment)
        assert (ended["status"], ended["progress"]["percent"]) == ("incomplete", 100.0)
        assert (ended["jobs"]["succeeded"], ended["jobs"]["failed"]) == (4, 4)
        results = _results(client, experiment)
        named = [(run["model"], run["arm"], run["seed"]) for run in results["missing_runs"]]
        assert named == [("broken", arm, seed) for seed in (0, 1) for arm in ("none", "tsloss")]
        assert all(
            run["error"].startswith("model_not_loadable: ") and run["job"].startswith("ftjob-")
            for run in results["missing_runs"]
        )
        good, bad = results["tasks"]
        assert (good["evaluated_on"], good["rows"]) == ("validation_file", 3)
        none, tsloss = good["arms"]
        assert (none["runs"], tsloss["runs"], bad["arms"][0]["runs"]) == (2, 2, 0)
        assert none["gradient_ratio"] == 0
        assert tsloss["gradient_ratio"] > 0
        assert none["convergence"]["mean_up_to_limit"]["n"] == 2
        assert [point["step"] for point in none_curve(good)][:2] == [0, 2]
        assert {each["pairs"] for each in good["differences"]} == {2}

        extended = _ask(client, experiment, "extend", seeds=[7])
        assert extended["jobs"]["planned"] == 12
        _finish(client, experiment)
        results = _results(client, experiment)
        assert {each["pairs"] for each in results["tasks"][0]["differences"]} == {3}
        page = client.http.get(f"{EXPERIMENTS}/{experiment['id']}/report?format=html")
        assert results["tasks"][0]["differences"][0]["verdict"] in page.text

    def test_runs_of_one_seed_start_alike(self, client: Client) -> None:
        experiment = _create(client, seeds=[3])
        _finish(client, experiment)
        none, tsloss = (
            curve["points"][0] for curve in _results(client, experiment)["tasks"][0]["curves"]
        )
        assert none == tsloss

    def test_one_that_is_cancelled_reports_what_it_has(self, client: Client) -> None:
        experiment = _create(client, seeds=list(range(30)))
        wait_for(lambda: _results(client, experiment)["succeeded_runs"], "a first result", 120)
        _ask(client, experiment, "cancel")
        ended = _finish(client, experiment)
        assert ended["status"] == "incomplete"
        results = _results(client, experiment)
        assert results["succeeded_runs"] == ended["jobs"]["succeeded"] >= 1
        assert {run["status"] for run in results["missing_runs"]} == {"cancelled"}

    def test_a_paused_one_goes_on(self, client: Client) -> None:
        experiment = _create(client)
        _ask(client, experiment, "pause")

        def paused() -> bool:
            now = client.http.get(f"{EXPERIMENTS}/{experiment['id']}").json()
            return now["jobs"]["paused"] + now["jobs"]["succeeded"] == 4

        wait_for(paused, "the pause", 120)
        _ask(client, experiment, "resume")
        assert _finish(client, experiment)["status"] == "succeeded"

    def test_prompts_start_from_anothers(self, client: Client) -> None:
        first = _create(client, seeds=[0])
        _finish(client, first)
        source = {"type": "experiment", "id": first["id"], "task": "sums", "arm": "none"}
        second = _create(client, preset="transfer", source=source, arms=[], seeds=[0])
        assert _finish(client, second)["status"] == "succeeded"
        points = {
            curve["arm"]: curve["points"]
            for curve in _results(client, second)["tasks"][0]["curves"]
        }
        before = {
            curve["arm"]: curve["points"] for curve in _results(client, first)["tasks"][0]["curves"]
        }
        assert points["warm-none"][0]["loss"] == before["none"][-1]["loss"]


def none_curve(task: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the points of the first arm's curve."""
    return task["curves"][0]["points"]
