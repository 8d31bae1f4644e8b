"""The stock OpenAI client drives a job from upload to download without glue."""

import io
import json

import openai
import pytest
from safetensors.torch import load

from tests.support.running import QUICK, Client, rows


class TestJob:
    def test_from_upload_to_download(self, client: Client) -> None:
        api = client.openai
        training = api.files.create(file=("train.jsonl", rows()), purpose="fine-tune")
        job = api.fine_tuning.jobs.create(
            model="tiny", training_file=training.id, seed=3, suffix="sums",
            metadata={"team": "search"},
            method={"type": "soft_prompt", "soft_prompt": QUICK},  # type: ignore[arg-type]
        )  # fmt: skip
        assert job.status == "queued"
        client.finish(job.id)

        done = api.fine_tuning.jobs.retrieve(job.id)
        assert done.status == "succeeded"
        assert done.fine_tuned_model is not None
        assert done.fine_tuned_model.startswith("st:tiny:sums:")
        assert (done.trained_tokens or 0) > 0
        assert api.models.retrieve(done.fine_tuned_model).id == done.fine_tuned_model

        events = list(api.fine_tuning.jobs.list_events(job.id, limit=3))
        assert [event.message for event in events][-1] == f"Created tuning job: {job.id}"
        assert len(events) == len({event.id for event in events})
        checkpoints = api.fine_tuning.jobs.checkpoints.list(job.id).data
        assert [point.step_number for point in checkpoints] == [4, 2, 0]

        names = {api.files.retrieve(file).filename: file for file in done.result_files}
        assert set(names) == {
            "soft_prompt.safetensors", "predictions_before.jsonl", "predictions_after.jsonl",
            "step_metrics.csv",
        }  # fmt: skip
        prompt = load(api.files.content(names["soft_prompt.safetensors"]).read())
        assert prompt["prompt_embeddings"].shape == (4, 32)
        after = io.BytesIO(api.files.content(names["predictions_after.jsonl"]).read())
        assert [json.loads(line)["line"] for line in after] == [1, 2, 3, 4]

    def test_jobs_are_listed_page_by_page(self, client: Client) -> None:
        made = [client.create()["id"] for _ in range(3)]
        listed = [job.id for job in client.openai.fine_tuning.jobs.list(limit=2)]
        assert listed == made[::-1]

    def test_a_cancelled_job_stays_cancelled(self, client: Client) -> None:
        job = client.create(hyperparameters={"n_epochs": 5000, "batch_size": 2})
        client.wait_for_step(job["id"], 1)
        client.openai.fine_tuning.jobs.cancel(job["id"])
        assert client.finish(job["id"])["status"] == "cancelled"

    def test_an_unknown_model_is_a_404(self, client: Client) -> None:
        with pytest.raises(openai.NotFoundError) as caught:
            client.openai.fine_tuning.jobs.create(model="gpt-9", training_file=client.upload())
        assert caught.value.body["param"] == "model"  # type: ignore[index]

    def test_a_job_is_paused_and_goes_on(self, client: Client) -> None:
        api = client.openai.fine_tuning.jobs
        job = client.create(hyperparameters={"n_epochs": 500, "batch_size": 2})
        client.wait_for_step(job["id"], 1)
        api.pause(job["id"])
        client.wait_for_status(job["id"], "paused")
        assert api.resume(job["id"]).status == "queued"
        client.wait_for_status(job["id"], "running")
        api.cancel(job["id"])
        assert client.finish(job["id"])["status"] == "cancelled"

    def test_checkpoints_and_events_are_listed_page_by_page(self, client: Client) -> None:
        job = client.finish(client.create()["id"])
        api = client.openai.fine_tuning.jobs
        steps = [point.step_number for point in api.checkpoints.list(job["id"], limit=1)]
        assert steps == [4, 2, 0]
        assert len(list(api.list_events(job["id"], limit=1))) == len(client.events(job["id"]))


class TestFiles:
    def test_they_are_listed_read_and_deleted(self, client: Client) -> None:
        api = client.openai.files
        made = [client.upload() for _ in range(3)]
        assert [file.id for file in api.list(limit=2)] == made[::-1]
        assert api.retrieve(made[0]).purpose == "fine-tune"
        assert api.content(made[0]).read() == rows()
        assert api.delete(made[0]).deleted
        with pytest.raises(openai.NotFoundError):
            api.retrieve(made[0])

    def test_a_bad_file_is_refused_with_its_line(self, client: Client) -> None:
        with pytest.raises(openai.UnprocessableEntityError, match="line 1"):
            client.upload(b"nonsense\n")


class TestModels:
    def test_a_tuned_one_is_listed_and_deleted(self, client: Client) -> None:
        job = client.finish(client.create()["id"])
        models = client.openai.models
        assert job["fine_tuned_model"] in {model.id for model in models.list()}
        assert models.delete(job["fine_tuned_model"]).deleted
        assert job["fine_tuned_model"] not in {model.id for model in models.list()}
