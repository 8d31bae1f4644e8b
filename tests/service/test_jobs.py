"""What jobs leave behind, and how they fail."""

import json
import zipfile
from io import BytesIO

from tests.support.polling import wait_for
from tests.support.running import QUICK, Client, rows


class TestTuning:
    def test_every_step_is_measured(self, client: Client) -> None:
        job = client.finish(client.create()["id"])
        steps = client.http.get(f"/v1/fine_tuning/jobs/{job['id']}/metrics").json()["data"]
        assert [step["step"] for step in steps] == [1, 2, 3, 4]
        assert set(steps[0]["values"]["terms"]) == {"h0", "h1"}
        assert steps[0]["values"]["gradient_ratio"] > 0

    def test_accuracy_before_and_after_is_told(self, client: Client) -> None:
        outcome = client.finish(client.create()["id"])["outcome"]
        assert (outcome["grader"], outcome["rows"]) == ("multiple_choice", 4)
        assert outcome["evaluated_on"] == "training_file"
        assert 0 <= outcome["accuracy_before"] <= 1
        assert outcome["loss_after"] < outcome["loss_before"]

    def test_events_are_numbered_without_a_gap(self, client: Client) -> None:
        job = client.finish(client.create()["id"])
        numbers = [event["number"] for event in client.events(job["id"])]
        assert numbers == list(range(1, len(numbers) + 1))

    def test_a_prefix_prompt_comes_with_its_adapter(self, client: Client) -> None:
        job = client.finish(client.create(placement="prefix")["id"])
        assert job["status"] == "succeeded"
        for file in job["result_files"]:
            if client.openai.files.retrieve(file).filename == "adapter.zip":
                adapter = zipfile.ZipFile(BytesIO(client.openai.files.content(file).read()))
        assert json.loads(adapter.read("adapter_config.json"))["num_virtual_tokens"] == 4

    def test_decoded_answers_are_graded(self, client: Client) -> None:
        data = b'{"prompt": "say a", "completion": "a"}\n{"prompt": "say 7", "completion": "b"}\n'
        job = client.finish(client.create(client.upload(data))["id"])
        assert (job["status"], job["outcome"]["grader"]) == ("succeeded", "exact_match")

    def test_a_checkpoint_starts_another_job(self, client: Client) -> None:
        first = client.finish(client.create()["id"])
        newest = client.openai.fine_tuning.jobs.checkpoints.list(first["id"]).data[0]
        second = client.create(init={"type": "checkpoint", "id": newest.id})
        assert client.finish(second["id"])["status"] == "succeeded"


class TestEstimate:
    def test_the_next_job_is_estimated_from_what_this_one_measured(self, client: Client) -> None:
        settings = {"n_epochs": 3, "batch_size": 2, "precision": "bf16"}
        job = client.finish(client.create(placement="prefix", hyperparameters=settings)["id"])
        body = {key: job[key] for key in ("model", "training_file", "method")}
        answer = client.http.post("/v1/fine_tuning/jobs:estimate", json=body)
        told = answer.json()
        assert (answer.status_code, told["unknown"]) == (200, {})
        assert told["steps"] == job["outcome"]["steps"] == 6
        steps = client.http.get(f"/v1/fine_tuning/jobs/{job['id']}/metrics").json()["data"]
        took = sum(step["values"]["seconds"] for step in steps)
        assert took - 0.1 < told["seconds"] < took + 60
        assert told["tokens"] > 3 * 4 * QUICK["num_virtual_tokens"]
        assert told["memory_bytes"] >= 0
        assert told["device"].startswith("cpu")


class TestInvalidData:
    def test_a_row_too_long_names_its_line(self, client: Client) -> None:
        data = rows() + json.dumps({"prompt": "x" * 200, "completion": "y"}).encode() + b"\n"
        job = client.finish(client.create(client.upload(data))["id"])
        error = job["error"]
        assert (job["status"], error["code"], error["param"]) == (
            "failed", "invalid_data", "training_file",
        )  # fmt: skip
        assert error["message"].startswith("line 5: ")

    def test_a_grader_that_does_not_fit_names_the_line(self, client: Client) -> None:
        data = b'{"prompt": "a", "completion": "b"}\n'
        job = client.create(client.upload(data), evaluation={"grader": "numeric"})
        error = client.finish(job["id"])["error"]
        assert error["code"] == "invalid_data"
        assert error["message"].startswith("line 1: ")


class TestModelNotLoadable:
    def test_the_job_fails_and_the_worker_lives(self, client: Client) -> None:
        job = client.finish(client.create(model="broken")["id"])
        assert job["error"]["code"] == "model_not_loadable"
        assert "nothing" not in job["error"]["message"]
        assert client.finish(client.create()["id"])["status"] == "succeeded"


class TestAnalysis:
    def test_the_trajectory_is_analysed_after_the_tuning(self, client: Client) -> None:
        job = client.finish(client.create()["id"])
        analysis = client.finish(job["analysis"], 240)
        assert (analysis["status"], analysis["outcome"]) == ("succeeded", {"clouds": 3})
        diagrams = client.http.get(f"/v1/analyses/{analysis['id']}/diagrams").json()["data"]
        assert {(d["step"], d["dimension"]) for d in diagrams} == {
            (step, dimension) for step in (0, 2, 4) for dimension in (0, 1)
        }
        zero = next(d for d in diagrams if d["dimension"] == 0)
        assert (len(zero["deaths"]), zero["essential"]) == (3, [0.0])
        one = client.http.get(f"/v1/diagrams/{zero['id']}").json()
        assert one == zero
        topology = client.http.get(f"/v1/fine_tuning/jobs/{job['id']}/topology").json()["data"]
        assert [row["step"] for row in topology] == [0, 2, 4]
        assert topology[0]["values"]["h0"]["count"] == 4
        assert [[len(point) for point in row["token_map"]] for row in topology] == [[2] * 4] * 3

    def test_its_figures_can_be_opened(self, client: Client) -> None:
        job = client.finish(client.create()["id"])
        analysis = client.finish(job["analysis"], 240)
        figures = client.http.get(f"/v1/analyses/{analysis['id']}/figures").json()["data"]
        assert {figure["name"] for figure in figures} == {
            "barcode", "betti", "diagram", "evolution", "loss", "movement", "snapshot_map",
            "token_map",
        }  # fmt: skip
        starts = {"svg": b"<?xml", "png": b"\x89PNG", "json": b"{"}
        for figure in figures:
            answer = client.http.get(figure["url"])
            assert answer.content.startswith(starts[figure["format"]])

    def test_what_lies_between_the_snapshots_is_told(self, client: Client) -> None:
        file_id = client.upload()
        validated = {"n_epochs": 5, "batch_size": 2, "learning_rate": 0.05}
        job = client.create(file_id, hyperparameters=validated, validation_file=file_id)
        analysis = client.finish(client.finish(job["id"])["analysis"], 240)
        found = client.http.get(f"/v1/analyses/{analysis['id']}/evolution").json()
        (run,) = found["inputs"]
        assert run["label"] == job["id"]
        assert run["steps"] == [0, 2, 4, 6, 8, 10]
        assert run["from_previous"]["bottleneck_h0"][0] is None
        assert all(moved > 0 for moved in run["from_previous"]["bottleneck_h0"][1:])
        assert len(run["vocabulary"]["tokens"]) == 4
        assert run["performance"]["name"] == "full_valid_accuracy"
        assert run["null_trajectories"] == 19
        assert found["words"]
        assert found["versions"]["torch"]

    def test_several_runs_and_a_cloud_are_compared(self, client: Client) -> None:
        jobs = [client.finish(client.create()["id"])["id"] for _ in range(2)]
        answer = client.http.post(
            "/v1/files", files={"file": ("square.csv", b"0,0\n1,0\n1,1\n0,1\n")},
            data={"purpose": "point-cloud"},
        )  # fmt: skip
        inputs = [
            *({"fine_tuning_job": job} for job in jobs),
            {"point_cloud_file": answer.json()["id"]},
        ]
        body = {"inputs": inputs, "settings": {"null_trajectories": 0}}
        analysis = client.http.post("/v1/analyses", json=body).json()
        assert client.finish(analysis["id"], 240)["outcome"] == {"clouds": 7}
        found = client.http.get(f"/v1/analyses/{analysis['id']}/evolution").json()
        assert [pair["inputs"] for pair in found["between"]] == [[0, 1], [0, 2], [1, 2]]
        same, *others = [pair["distances"] for pair in found["between"]]
        assert same["bottleneck_h0"] == 0
        assert all(distances["wasserstein_h0"] > 0 for distances in others)
        statistics = client.http.get(f"/v1/analyses/{analysis['id']}/statistics").json()["data"]
        assert [(row["input"], row["step"]) for row in statistics] == [
            (0, 0), (0, 2), (0, 4), (1, 0), (1, 2), (1, 4), (2, 0),
        ]  # fmt: skip

    def test_an_uploaded_cloud_is_analysed(self, client: Client) -> None:
        data = b"0,0\n1,0\n1,1\n0,1\n"
        answer = client.http.post(
            "/v1/files", files={"file": ("square.csv", data)}, data={"purpose": "point-cloud"}
        )
        body = {"point_cloud_file": answer.json()["id"]}
        analysis = client.http.post("/v1/analyses", json=body).json()
        assert client.finish(analysis["id"])["status"] == "succeeded"
        diagrams = client.http.get(f"/v1/analyses/{analysis['id']}/diagrams").json()["data"]
        loop = next(d for d in diagrams if d["dimension"] == 1)
        assert (loop["births"], loop["deaths"]) == ([1.0], [2**0.5])


class TestQueue:
    def test_jobs_of_many_projects_all_end(self, client: Client) -> None:
        jobs = [client.create()["id"] for _ in range(5)]
        wait_for(
            lambda: all(client.job(job)["status"] == "succeeded" for job in jobs), "all jobs", 120
        )
