"""Workers that are killed or told to end while they run a job."""

from safetensors.torch import load

from tests.support.running import Client, Running, kill_tree

LONG = {"n_epochs": 60, "batch_size": 2}
"""120 steps: some seconds, and several resume states."""


def _prompt(client: Client, job: dict) -> object:
    for file in job["result_files"]:
        if client.openai.files.retrieve(file).filename == "soft_prompt.safetensors":
            return load(client.openai.files.content(file).read())["prompt_embeddings"]
    raise AssertionError("no prompt among the result files")


def _once_per_number(client: Client, job_id: str) -> list[str]:
    events = client.events(job_id)
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    return [event["message"] for event in events]


class TestSigkill:
    def test_the_next_worker_goes_on_and_ends_with_the_same_prompt(
        self, running: Running, client: Client
    ) -> None:
        file = client.upload()
        worker = running.start_worker()
        quiet = client.finish(client.create(file, hyperparameters=LONG)["id"])
        disturbed = client.create(file, hyperparameters=LONG)["id"]
        client.wait_for_step(disturbed, 40)
        kill_tree(worker)
        assert client.job(disturbed)["status"] == "running"
        running.start_worker()
        job = client.finish(disturbed)
        assert (job["status"], job["attempt"]) == ("succeeded", 2)
        assert _prompt(client, job).equal(_prompt(client, quiet))  # type: ignore[attr-defined]
        messages = _once_per_number(client, disturbed)
        assert "Back in the queue: its worker was lost" in messages
        assert any(message.startswith("Going on after step") for message in messages)
        assert messages.count("Epoch 7 begins (step 13 of 120)") == 1


class TestSigterm:
    def test_the_state_is_saved_and_the_job_waits(self, running: Running, client: Client) -> None:
        worker = running.start_worker()
        job = client.create(hyperparameters=LONG)["id"]
        client.wait_for_step(job, 20)
        worker.terminate()
        worker.wait(30)
        waiting = client.job(job)
        assert (waiting["status"], waiting["attempt"]) == ("queued", 1)
        running.start_worker()
        assert client.finish(job)["status"] == "succeeded"
        messages = _once_per_number(client, job)
        assert "Back in the queue: its worker shut down" in messages
        assert any(message.startswith("Going on after step") for message in messages)
