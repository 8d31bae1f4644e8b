"""POST /v1/fine_tuning/jobs: what is queued, and that nothing is for what is refused."""

import json
from typing import Any

import pytest

from store.schema import Job
from tests.api.support import JOBS, ROW, Door, jsonl, ok, refused


def _soft_prompt(**settings: Any) -> dict[str, Any]:
    return {"type": "soft_prompt", "soft_prompt": settings}


class TestValid:
    def test_a_model_and_a_file_are_enough(self, door: Door) -> None:
        file_id = door.file()
        job = ok(door.client.post(JOBS, json={"model": "tiny", "training_file": file_id}))
        assert job["object"] == "fine_tuning.job"
        assert job["id"].startswith("ftjob-")
        assert job["status"] == "queued"
        assert job["organization_id"] == door.project_id
        assert job["training_file"] == file_id
        assert job["result_files"] == []
        assert 0 <= job["seed"] < 2**31
        for name in ("error", "fine_tuned_model", "finished_at", "trained_tokens", "analysis"):
            assert job[name] is None

    def test_auto_is_resolved_from_the_rows(self, door: Door) -> None:
        job = door.job(training_file=door.file(jsonl(*[ROW] * 5)))
        settings = job["method"]["soft_prompt"]["hyperparameters"]
        assert (settings["batch_size"], settings["n_epochs"]) == (5, 50)
        assert job["hyperparameters"]["n_epochs"] == 50

    def test_everything_given_comes_back(self, door: Door) -> None:
        validation = door.file()
        regularizer = {"type": "l2", "weight": 0.5}
        job = door.job(
            validation_file=validation,
            seed=7,
            suffix="gsm",
            metadata={"team": "search"},
            method=_soft_prompt(num_virtual_tokens=12, regularizer=regularizer),
        )
        assert job["validation_file"] == validation
        assert (job["seed"], job["suffix"], job["metadata"]) == (7, "gsm", {"team": "search"})
        shown = job["method"]["soft_prompt"]
        assert shown["num_virtual_tokens"] == 12
        assert shown["regularizer"].items() >= regularizer.items()

    def test_it_is_stored_as_it_is_shown(self, door: Door) -> None:
        job = door.job(method=_soft_prompt(preset="paper"))
        assert door.get(f"{JOBS}/{job['id']}") == job

    def test_it_waits_in_the_queue_of_its_model_with_its_first_event(self, door: Door) -> None:
        job = door.job()
        with door.service.database.transaction() as session:
            row = session.get(Job, job["id"])
            assert row is not None
            assert row.queue == "api-tests"
        events = door.get(f"{JOBS}/{job['id']}/events")["data"]
        assert [event["number"] for event in events] == [1]

    def test_its_bell_is_rung(self, door: Door) -> None:
        before = door.service.redis.llen("api-tests")
        door.job()
        assert door.service.redis.llen("api-tests") == before + 1


ALPHA = "method.soft_prompt.regularizer.alpha"
WEIGHT = "method.soft_prompt.regularizer.weight"

SNAPSHOTS = "method.soft_prompt.snapshots"


class TestSnapshots:
    """A row per step: a batch of one row, so that steps are rows times epochs."""

    def _post(self, door: Door, steps: int) -> Any:
        settings = {"batch_size": 1, "n_epochs": 4000, "max_steps": steps}
        method = _soft_prompt(snapshots={"every_steps": 1}, hyperparameters=settings)
        return door.post_job(training_file=door.file(jsonl(ROW, ROW, ROW)), method=method)

    def test_more_than_the_limit_are_refused(self, door: Door) -> None:
        message = refused(self._post(door, 10_001), 422, SNAPSHOTS)
        assert "10001 snapshots after the first are over the limit of 10000" in message
        assert door.count(Job) == 0

    def test_as_many_as_the_limit_are_taken(self, door: Door) -> None:
        ok(self._post(door, 10_000))

    def test_graded_prompts_count_where_there_are_rows_to_grade_them_on(self, door: Door) -> None:
        method = _soft_prompt(
            snapshots={"every_epochs": None, "every_steps": 2},
            evaluation={"every_epochs": 1},
            hyperparameters={"batch_size": 1, "n_epochs": 5001},
        )
        rows = door.file(jsonl(ROW, ROW, ROW))
        ok(door.post_job(training_file=rows, method=method))
        graded = door.post_job(training_file=rows, validation_file=rows, method=method)
        assert "10002 snapshots" in refused(graded, 422, SNAPSHOTS)


class TestRefused:
    @pytest.mark.parametrize(
        ("fields", "param"),
        [
            ({"method": _soft_prompt(regularizer={"type": "tsloss", "weight": -1})}, WEIGHT),
            ({"method": _soft_prompt(regularizer={"type": "tsloss", "alpha": 0})}, ALPHA),
            ({"method": _soft_prompt(regularizer={"type": "tsloss", "alpha": "x"})}, ALPHA),
            (
                {"method": _soft_prompt(regularizer={"type": "tsloss", "alhpa": 1})},
                "method.soft_prompt.regularizer.alhpa",
            ),
            (
                {"method": _soft_prompt(regularizer={"type": "magic"})},
                "method.soft_prompt.regularizer",
            ),
            ({"method": _soft_prompt(regularizer={})}, "method.soft_prompt.regularizer"),
            (
                {
                    "method": _soft_prompt(
                        regularizer={"type": "l2", "weighting": {"type": "warmup", "ratio": 2}}
                    )
                },
                "method.soft_prompt.regularizer.weighting.ratio",
            ),
            (
                {"method": _soft_prompt(init={"type": "text", "text": ""})},
                "method.soft_prompt.init.text",
            ),
            (
                {"method": _soft_prompt(init={"type": "text", "text": "a\x00b"})},
                "method.soft_prompt.init.text",
            ),
            ({"method": _soft_prompt(init={"type": "text"})}, "method.soft_prompt.init.text"),
            (
                {"method": _soft_prompt(init={"type": "checkpoint", "id": "../x"})},
                "method.soft_prompt.init.id",
            ),
            (
                {"method": _soft_prompt(hyperparameters={"n_epochs": 0})},
                "method.soft_prompt.hyperparameters.n_epochs",
            ),
            (
                {"method": _soft_prompt(hyperparameters={"learning_rate": -0.1})},
                "method.soft_prompt.hyperparameters.learning_rate",
            ),
            (
                {"method": _soft_prompt(num_virtual_tokens=65)},
                "method.soft_prompt.num_virtual_tokens",
            ),
            (
                {"method": _soft_prompt(num_virtual_tokens=10**12)},
                "method.soft_prompt.num_virtual_tokens",
            ),
            ({"method": {"type": "dpo", "dpo": {}}}, "method.type"),
            ({"method": "soft_prompt"}, "method"),
            ({"hyperparameters": {"n_epochs": 3}}, "hyperparameters"),
            ({"project_id": "proj-other"}, "project_id"),
            ({"status": "succeeded"}, "status"),
            ({"id": "ftjob-mine"}, "id"),
            ({"seed": -1}, "seed"),
            ({"seed": 2**31}, "seed"),
            ({"seed": 1.5}, "seed"),
            ({"suffix": "a b"}, "suffix"),
            ({"suffix": "../x"}, "suffix"),
            ({"suffix": "x" * 65}, "suffix"),
            ({"metadata": {"a": 1}}, "metadata.a"),
            ({"metadata": {"a": "x" * 513}}, "metadata.a"),
            ({"metadata": {"a": "\x00"}}, "metadata.a"),
            ({"metadata": {f"k{n}": "v" for n in range(17)}}, "metadata"),
            ({"training_file": 5}, "training_file"),
            ({"training_file": "a/b"}, "training_file"),
            ({"model": ["tiny"]}, "model"),
            ({"model": None}, "model"),
        ],
    )
    def test_a_bad_field_is_named(self, door: Door, fields: dict[str, Any], param: str) -> None:
        refused(door.post_job(**fields), 422, param)
        assert door.count(Job) == 0

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
    def test_what_is_no_finite_number_is_refused(self, door: Door, number: str) -> None:
        method = _soft_prompt(regularizer={"type": "tsloss", "alpha": "NUMBER"})
        body = json.dumps({"model": "tiny", "training_file": door.file(), "method": method})
        body = body.replace('"NUMBER"', number)
        headers = {"Content-Type": "application/json"}
        refused(door.client.post(JOBS, content=body, headers=headers), 422, ALPHA)
        assert door.count(Job) == 0

    @pytest.mark.parametrize("model", ["gpt-4", "/nowhere/tiny", "st:tiny::x", "\x00", "日本"])
    def test_an_unknown_model_is_not_found(self, door: Door, model: str) -> None:
        message = refused(door.post_job(model=model), 404, "model")
        assert "nowhere" not in message.replace(model, "")
        assert door.count(Job) == 0

    @pytest.mark.parametrize("field", ["training_file", "validation_file"])
    def test_an_unknown_file_is_not_found(self, door: Door, field: str) -> None:
        refused(door.post_job(**{field: "file-unknown"}), 404, field)
        assert door.count(Job) == 0

    @pytest.mark.parametrize("field", ["training_file", "validation_file"])
    def test_a_file_of_the_wrong_purpose_is_refused(self, door: Door, field: str) -> None:
        assert "point-cloud" in refused(door.post_job(**{field: door.cloud()}), 422, field)
        assert door.count(Job) == 0

    @pytest.mark.parametrize("missing", ["model", "training_file"])
    def test_a_missing_field_is_named(self, door: Door, missing: str) -> None:
        body = {"model": "tiny", "training_file": door.file()}
        del body[missing]
        refused(door.client.post(JOBS, json=body), 422, missing)

    def test_the_limit_of_unfinished_jobs_holds(self, door: Door) -> None:
        file_id = door.file()
        for _ in range(20):
            door.job(training_file=file_id)
        response = door.post_job(training_file=file_id)
        assert "limit of 20" in refused(response, 429)
        assert response.headers["x-should-retry"] == "false"
        assert door.count(Job) == 20

    def test_a_long_tag_is_shortened_in_the_message(self, door: Door) -> None:
        method = _soft_prompt(regularizer={"type": "\ud800" + "x" * 50_000})
        body = json.dumps({"model": "tiny", "training_file": "file-x", "method": method})
        headers = {"Content-Type": "application/json"}
        response = door.client.post(JOBS, content=body, headers=headers)
        refused(response, 422, "method.soft_prompt.regularizer")
        assert len(response.content) < 5000


class TestCheckpoint:
    """A job that starts from another job's snapshot."""

    def _checkpoint(self, door: Door, model: str = "tiny", tokens: int = 20) -> str:
        job = door.job(model=model, method=_soft_prompt(num_virtual_tokens=tokens))
        run = door.run(job["id"])
        run.record_snapshot(3, 1, f"{door.project_id}/snapshot", {}, [])
        return door.get(f"{JOBS}/{job['id']}/checkpoints")["data"][0]["id"]

    def _start(self, door: Door, checkpoint: str) -> Any:
        return door.post_job(method=_soft_prompt(init={"type": "checkpoint", "id": checkpoint}))

    def test_one_that_fits_is_taken(self, door: Door) -> None:
        job = ok(self._start(door, self._checkpoint(door)))
        assert job["method"]["soft_prompt"]["init"]["type"] == "checkpoint"

    def test_one_of_another_length_is_refused(self, door: Door) -> None:
        response = self._start(door, self._checkpoint(door, tokens=5))
        assert "5 virtual tokens" in refused(response, 422, "method.soft_prompt.init.id")

    def test_one_of_another_model_is_refused(self, door: Door) -> None:
        response = self._start(door, self._checkpoint(door, model="other"))
        assert "'other'" in refused(response, 422, "method.soft_prompt.init.id")

    def test_anothers_is_not_found(self, door: Door, stranger: Door) -> None:
        response = self._start(stranger, self._checkpoint(door))
        refused(response, 404, "method.soft_prompt.init.id")
