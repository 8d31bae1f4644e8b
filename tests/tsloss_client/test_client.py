"""The client against a running service: from upload to download, and what it says of failures."""

import io
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from safetensors.numpy import load

from store.ids import new_id
from tests.support.cutting_proxy import cutting_proxy
from tests.support.running import QUICK, Running, rows
from tests.support.serving import free_port
from tsloss_client import (
    Client,
    Event,
    FaultError,
    Job,
    RefusedError,
    TimedOutError,
    UnreachableError,
)
from tsloss_client.downloads import save

METHOD = {"type": "soft_prompt", "soft_prompt": QUICK}
LONG = {**METHOD, "soft_prompt": {**QUICK, "hyperparameters": {"n_epochs": 5000, "batch_size": 2}}}


@pytest.fixture(scope="module")
def key(running: Running) -> str:
    return running.new_key(new_id("proj"))


@pytest.fixture(scope="module")
def client(running: Running, key: str) -> Iterator[Client]:
    with Client(f"{running.base_url}/v1", key) as client:
        yield client


@pytest.fixture(scope="module")
def done(client: Client) -> Job:
    """A job that has ended, and whose analysis has."""
    file = client.files.upload(rows(), "rows.jsonl")
    job = client.jobs.create(model="tiny", training_file=file.id, seed=1, method=METHOD)
    job = client.jobs.wait(job.id, timeout=90, every=0.1)
    assert job.status == "succeeded", job.error
    client.analyses.wait(str(job.analysis), timeout=90, every=0.1)
    return job


class TestFiles:
    def test_a_file_comes_and_goes(self, client: Client, tmp_path: Path) -> None:
        source = tmp_path / "mine.jsonl"
        source.write_bytes(rows(3))
        file = client.files.upload(source)
        assert (file.filename, file.rows) == ("mine.jsonl", 3)
        assert client.files.retrieve(file.id) == file
        assert file in list(client.files.list(limit=1))
        assert client.files.content(file.id) == rows(3)
        assert client.files.delete(file.id).deleted
        with pytest.raises(RefusedError) as refused:
            client.files.retrieve(file.id)
        assert refused.value.status == 404

    def test_a_bad_line_is_named(self, client: Client) -> None:
        with pytest.raises(RefusedError, match="line 2: ") as refused:
            client.files.upload(rows(1) + b"{}\n", "rows.jsonl")
        assert (refused.value.status, refused.value.param) == (422, "file")


class TestJobs:
    def test_what_it_measured_can_be_read(self, client: Client, done: Job) -> None:
        steps = list(client.jobs.metrics(done.id))
        assert [step.step for step in steps] == [1, 2, 3, 4]
        assert steps[0].values["loss"] > 0
        assert [point.step_number for point in client.jobs.checkpoints(done.id)] == [4, 2, 0]
        assert [row.step for row in client.jobs.topology(done.id)] == [0, 2, 4]

    def test_the_events_are_streamed_to_the_end(self, client: Client, done: Job) -> None:
        told = list(client.jobs.stream(done.id))
        numbers = [message.number for message in told if isinstance(message, Event)]
        listed = [event.number for event in client.jobs.events(done.id)]
        assert numbers == listed[::-1] == list(range(1, len(listed) + 1))
        assert told[-1].status == "succeeded"  # type: ignore[union-attr]

    def test_a_stream_that_breaks_again_and_again_misses_and_doubles_nothing(
        self, running: Running, key: str, client: Client, done: Job
    ) -> None:
        with (
            cutting_proxy(running.port, most_bytes=900) as proxy,
            Client(f"http://127.0.0.1:{proxy.port}", key) as cut,
        ):
            told = [m for m in cut.jobs.stream(done.id, patience=30) if isinstance(m, Event)]
        assert proxy.cuts > 0
        assert [event.number for event in told] == list(range(1, len(told) + 1))
        assert len(told) == len(list(client.jobs.events(done.id)))

    def test_where_too_many_are_open_it_waits_for_its_turn(
        self,
        running: Running,
        key: str,
        client: Client,
        done: Job,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        parked = client.jobs.create(model="parked", training_file=done.training_file)
        settings = {**running.settings, "TSLOSS_MAX_STREAMS": "1"}
        path = f"/v1/fine_tuning/jobs/{parked.id}/events/stream"
        headers = {"Authorization": f"Bearer {key}"}
        with (
            Running(running.folder, settings).started(workers=0) as narrow,
            Client(narrow.base_url, key) as second,
            ThreadPoolExecutor(1) as waiting,
        ):
            with httpx.stream("GET", narrow.base_url + path, headers=headers, timeout=20) as first:
                lines = first.iter_lines()
                next(lines)
                with pytest.raises(RefusedError, match="2 is over the limit of 1"):
                    list(second.jobs.stream(done.id, patience=0))
                refused = threading.Event()
                monkeypatch.setattr(
                    "tsloss_client.following.wait_before", lambda _: refused.set() or 0.1
                )
                told = waiting.submit(lambda: list(second.jobs.stream(done.id, patience=60)))
                assert refused.wait(20)
            assert told.result(60)[-1].status == "succeeded"  # type: ignore[union-attr]

    def test_a_job_that_is_not_there_is_no_stream(self, client: Client) -> None:
        with pytest.raises(RefusedError, match="ftjob-none"):
            list(client.jobs.stream("ftjob-none"))

    def test_the_results_are_downloaded(self, client: Client, done: Job, tmp_path: Path) -> None:
        paths = {path.name: path for path in client.jobs.download(done, tmp_path)}
        prompt = load(paths["soft_prompt.safetensors"].read_bytes())["prompt_embeddings"]
        assert prompt.shape == (4, 32)
        after = io.StringIO(paths["predictions_after.jsonl"].read_text())
        assert [json.loads(line)["line"] for line in after] == [1, 2, 3, 4]

    def test_a_job_is_steered(self, client: Client, done: Job) -> None:
        job = client.jobs.create(model="tiny", training_file=done.training_file, method=LONG)
        next(client.jobs.stream(job.id))
        client.jobs.pause(job.id)
        for looked in client.jobs.poll(job.id, timeout=60, every=0.05):
            if looked.status == "paused":
                break
        client.jobs.resume(job.id)
        with pytest.raises(TimedOutError, match=job.id):
            client.jobs.wait(job.id, timeout=0)
        client.jobs.cancel(job.id)
        assert client.jobs.wait(job.id, timeout=60, every=0.05).status == "cancelled"
        with pytest.raises(RefusedError) as refused:
            client.jobs.retry(job.id)
        assert refused.value.status == 409
        assert client.jobs.delete(job.id).id == job.id

    def test_jobs_are_listed_by_what_they_are(self, client: Client, done: Job) -> None:
        assert done.id in [job.id for job in client.jobs.list(status="succeeded", limit=1)]
        assert list(client.jobs.list(metadata={"team": "none"})) == []

    def test_an_estimate_makes_no_job(self, client: Client, done: Job) -> None:
        before = len(list(client.jobs.list()))
        request = {"training_file": done.training_file, "method": METHOD}
        assert client.jobs.estimate(model="tiny", **request).steps == 4
        assert len(list(client.jobs.list())) == before

    def test_a_wrong_field_is_named(self, client: Client, done: Job) -> None:
        method = {"type": "soft_prompt", "soft_prompt": {"num_virtual_tokens": 0}}
        with pytest.raises(RefusedError) as refused:
            client.jobs.create(model="tiny", training_file=done.training_file, method=method)
        assert refused.value.param == "method.soft_prompt.num_virtual_tokens"


class TestAnalyses:
    def test_diagrams_measures_and_figures(self, client: Client, done: Job, tmp_path: Path) -> None:
        analysis = client.analyses.retrieve(str(done.analysis))
        diagrams = list(client.analyses.diagrams(analysis.id))
        assert {diagram.step for diagram in diagrams} == {0, 2, 4}
        assert client.analyses.diagram(diagrams[0].id) == diagrams[0]
        assert [row.step for row in client.analyses.statistics(analysis.id)] == [0, 2, 4]
        paths = client.analyses.download_figures(analysis.id, tmp_path)
        assert tmp_path / "diagram.svg" in paths
        assert all(path.stat().st_size for path in paths)

    def test_a_point_cloud_is_analysed(self, client: Client) -> None:
        file = client.files.upload(b"0,0\n1,0\n1,1\n0,1\n", "square.csv", "point-cloud")
        analysis = client.analyses.create(point_cloud_file=file.id)
        assert client.analyses.wait(analysis.id, 60, 0.1).status == "succeeded"
        assert analysis.id in [one.id for one in client.analyses.list()]
        with pytest.raises(RefusedError, match="only a failed job can be retried"):
            client.analyses.retry(analysis.id)
        client.analyses.delete(analysis.id)


class TestExperiments:
    def test_one_is_extended_reported_and_deleted(self, client: Client, done: Job) -> None:
        arms = [{"name": name, "regularizer": {"type": name}} for name in ("none", "l2")]
        made = client.experiments.create(
            models=["tiny"], tasks=[{"name": "sums", "training_file": done.training_file}],
            arms=arms, seeds=[1], soft_prompt=QUICK,
        )  # fmt: skip
        assert made.jobs.planned == 2
        assert client.experiments.extend(made.id, [2]).jobs.planned == 4
        ended = client.experiments.wait(made.id, timeout=120, every=0.2)
        assert (ended.status, ended.jobs.succeeded) == ("succeeded", 4)
        with pytest.raises(RefusedError, match="no job that can be retried"):
            client.experiments.retry(made.id)
        assert [each.id for each in client.experiments.list()] == [made.id]
        assert client.experiments.report(made.id)
        assert "<html" in client.experiments.report_page(made.id)
        assert client.experiments.figure(made.id, "differences").startswith(b"<?xml")
        assert client.experiments.figure(made.id, "differences", "png").startswith(b"\x89PNG")
        for job in client.jobs.list():
            if job.analysis is not None:
                client.analyses.wait(job.analysis, timeout=120, every=0.2)
        assert client.experiments.delete(made.id).deleted


class TestWebhooks:
    def test_one_comes_and_goes(self, client: Client) -> None:
        made = client.webhooks.create("https://example.com/hook", ["analysis.failed"])
        assert made.secret.startswith("whsec_")
        assert [hook.id for hook in client.webhooks.list()] == [made.id]
        assert list(client.webhooks.deliveries(made.id)) == []
        assert client.webhooks.delete(made.id).deleted


class TestModels:
    def test_base_and_tuned(self, client: Client, done: Job) -> None:
        ids = [model.id for model in client.models.list()]
        assert {"tiny", done.fine_tuned_model} <= set(ids)
        assert client.models.retrieve(str(done.fine_tuned_model)).base_model == "tiny"


class TestConnection:
    def test_nobody_listens(self) -> None:
        url = f"http://127.0.0.1:{free_port()}"
        with Client(url, "tsl_x") as client, pytest.raises(UnreachableError, match=url):
            client.models.list()

    def test_a_wrong_key_is_refused(self, running: Running) -> None:
        with (
            Client(running.base_url, "tsl_wrong") as client,
            pytest.raises(RefusedError) as refused,
        ):
            client.models.list()
        assert (refused.value.status, refused.value.code) == (401, "invalid_api_key")

    @pytest.mark.parametrize("url", ["nothing", "http://[", "ftp://host"])
    def test_no_address_is_told(self, url: str) -> None:
        with pytest.raises(UnreachableError), Client(url, "tsl_x") as client:
            client.models.list()

    def test_the_environment_is_read(
        self, running: Running, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("TSLOSS_BASE_URL", raising=False)
        with pytest.raises(UnreachableError, match="TSLOSS_BASE_URL"):
            Client()
        monkeypatch.setenv("TSLOSS_BASE_URL", running.base_url)
        monkeypatch.setenv("TSLOSS_API_KEY", key)
        with Client() as client:
            assert client.models.list()

    def test_a_post_that_was_cut_off_is_not_done_twice(
        self, running: Running, key: str, client: Client, done: Job
    ) -> None:
        before = len(list(client.jobs.list()))
        with (
            cutting_proxy(running.port, most_bytes=200) as proxy,
            Client(f"http://127.0.0.1:{proxy.port}", key) as cut,
            pytest.raises(UnreachableError),
        ):
            cut.jobs.create(model="tiny", training_file=done.training_file, method=METHOD)
        assert proxy.cuts == 3
        assert len(list(client.jobs.list())) == before + 1


class TestSave:
    @pytest.mark.parametrize("name", ["..", "", "a/.."])
    def test_a_name_that_leads_elsewhere_is_refused(
        self, client: Client, tmp_path: Path, name: str
    ) -> None:
        with pytest.raises(FaultError, match="not a file name"):
            save(client.files._transport, "/livez", tmp_path, name)

    def test_only_the_last_part_counts(self, client: Client, tmp_path: Path) -> None:
        assert save(client.files._transport, "/livez", tmp_path, "../../x") == tmp_path / "x"
