"""`tsloss jobs` and `tsloss files` against a running service, as a script uses them."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from store.ids import new_id
from tests.support.polling import wait_for
from tests.support.running import Running, rows
from tests.support.serving import clean_environment, free_port

SMALL = ["--model", "tiny", "--virtual-tokens", "4", "--batch-size", "2", "--seed", "1",
         "--set", "evaluation.max_new_tokens=4"]  # fmt: skip


@pytest.fixture(scope="module")
def reached(running: Running) -> dict[str, str]:
    """The variables that lead to the service, with a key of a project of this module's own."""
    return {
        "TSLOSS_BASE_URL": running.base_url,
        "TSLOSS_API_KEY": running.new_key(new_id("proj")),
    }


@pytest.fixture(autouse=True)
def _reach(reached: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in reached.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    path.write_bytes(rows())
    return path


@pytest.fixture(scope="module")
def done(reached: dict[str, str], data: Path) -> dict[str, Any]:
    """A job that was submitted, watched and has ended."""
    given = ["jobs", "submit", str(data), *SMALL, "--epochs", "2", "--watch", "--json"]
    result = CliRunner().invoke(app, given, env=reached, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert f"Created tuning job: {json.loads(result.stdout)['id']}" in result.stderr
    return json.loads(result.stdout)


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)


def _json(*arguments: object) -> Any:
    result = _run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


class TestSubmit:
    def test_the_job_is_what_the_flags_say(self, done: dict[str, Any]) -> None:
        assert (done["status"], done["seed"]) == ("succeeded", 1)
        spec = done["method"]["soft_prompt"]
        assert (spec["num_virtual_tokens"], spec["hyperparameters"]["n_epochs"]) == (4, 2)

    def test_the_id_is_all_that_goes_to_stdout(self, done: dict[str, Any]) -> None:
        given = ["--epochs", 1, "--metadata", "team=search", "--validation", done["training_file"]]
        result = _run("jobs", "submit", done["training_file"], *SMALL, *given)
        (job_id,) = result.stdout.splitlines()
        assert [job["id"] for job in _json("jobs", "list", "--metadata", "team=search")] == [job_id]

    def test_an_estimate_queues_nothing(self, done: dict[str, Any]) -> None:
        told = _json("jobs", "submit", done["training_file"], *SMALL, "--epochs", 3, "--estimate")
        assert told["steps"] == 6
        assert "steps\t6" in _run(
            "jobs", "submit", done["training_file"], *SMALL, "--epochs", 3, "--estimate"
        ).stdout  # fmt: skip

    @pytest.mark.parametrize(
        ("given", "code", "told"),
        [
            (["--set", "num_virtual_tokens=0"], 2, "num_virtual_tokens: "),
            (["--metadata", "team"], 2, "--metadata team: write KEY=VALUE"),
            (["--validation", "none.jsonl"], 2, "none.jsonl: there is no such file"),
            (["--model", "gpt-9"], 4, "gpt-9"),
        ],
    )
    def test_what_is_wrong_is_one_line(
        self, done: dict[str, Any], given: list[str], code: int, told: str
    ) -> None:
        result = _run("jobs", "submit", done["training_file"], *SMALL, *given)
        assert (result.exit_code, result.stdout) == (code, "")
        assert told in result.stderr
        assert len(result.stderr.splitlines()) == 1

    def test_a_bad_line_of_the_data_is_refused(self, tmp_path: Path) -> None:
        bad = tmp_path / "bad.jsonl"
        bad.write_text("{}\n")
        result = _run("jobs", "submit", bad, *SMALL)
        assert (result.exit_code, "line 1: " in result.stderr) == (4, True)


class TestShow:
    def test_a_job_is_shown_and_listed(self, done: dict[str, Any]) -> None:
        shown = _run("jobs", "show", done["id"]).stdout
        assert f"id\t{done['id']}" in shown
        assert "status\tsucceeded" in shown
        assert done["id"] in _run("jobs", "list", "--status", "succeeded").stdout
        assert _json("jobs", "show", done["id"]) == done

    def test_an_unknown_job_is_a_refusal(self) -> None:
        result = _run("jobs", "show", "ftjob-none")
        assert (result.exit_code, "ftjob-none" in result.stderr) == (4, True)


class TestWatch:
    def test_a_job_that_fails_fails_the_command(self, done: dict[str, Any]) -> None:
        given = [done["training_file"], *SMALL, "--model", "broken", "--watch"]
        result = _run("jobs", "submit", *given)
        assert result.exit_code == 1
        assert "model_not_loadable" in result.stderr.splitlines()[-1]
        assert "status\tfailed" in result.stdout

    def test_ctrl_c_leaves_the_job_to_itself(
        self, done: dict[str, Any], reached: dict[str, str]
    ) -> None:
        job = _run("jobs", "submit", done["training_file"], *SMALL, "--epochs", 5000)
        job_id = job.stdout.strip()
        with subprocess.Popen(
            [sys.executable, "-m", "cli.main", "jobs", "watch", job_id],
            env=clean_environment() | reached, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stderr is not None
            assert "Created tuning job" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            said = process.stderr.read()
        assert process.returncode == 130
        assert f"the job goes on; look again with: tsloss jobs watch {job_id}" in said
        assert _json("jobs", "cancel", job_id)[0]["id"] == job_id


class TestSteering:
    def test_pause_resume_cancel_delete(self, done: dict[str, Any]) -> None:
        job_id = _run(
            "jobs", "submit", done["training_file"], *SMALL, "--epochs", 5000
        ).stdout.strip()
        _run("jobs", "pause", job_id)
        wait_for(lambda: _json("jobs", "show", job_id)["status"] == "paused", "the pause")
        assert _run("jobs", "resume", job_id).exit_code == 0
        _run("jobs", "cancel", job_id)
        wait_for(lambda: _json("jobs", "show", job_id)["status"] == "cancelled", "the end")
        assert _run("jobs", "retry", job_id).exit_code == 4
        assert _run("jobs", "delete", job_id).stdout == f"{job_id}\tdeleted\n"
        assert _run("jobs", "show", job_id).exit_code == 4


class TestDownload:
    def test_results_and_figures(self, done: dict[str, Any], tmp_path: Path) -> None:
        wait_for(lambda: _figures(done["id"], tmp_path), "the figures of the analysis")
        assert (tmp_path / "soft_prompt.safetensors").stat().st_size > 0
        assert len((tmp_path / "predictions_after.jsonl").read_text().splitlines()) == 4

    def test_a_job_without_results(self, done: dict[str, Any]) -> None:
        given = [done["training_file"], *SMALL, "--epochs", 5000]
        job_id = _run("jobs", "submit", *given).stdout.strip()
        result = _run("jobs", "download", job_id)
        assert (result.exit_code, "has no results" in result.stderr) == (1, True)
        _run("jobs", "cancel", job_id)


class TestFiles:
    def test_a_file_comes_and_goes(self, data: Path, tmp_path: Path) -> None:
        file_id = _run("files", "upload", data).stdout.strip()
        assert file_id in _run("files", "list").stdout
        assert _json("files", "show", file_id)["rows"] == 4
        path = _run("files", "download", file_id, "--out", tmp_path).stdout.strip()
        assert Path(path).read_bytes() == rows()
        assert _run("files", "delete", file_id).stdout.strip() == file_id
        assert _run("files", "show", file_id).exit_code == 4

    def test_a_cloud_is_uploaded_as_one(self, tmp_path: Path) -> None:
        cloud = tmp_path / "square.csv"
        cloud.write_text("0,0\n1,0\n")
        file = _json("files", "upload", cloud, "--purpose", "point-cloud")
        assert file["purpose"] == "point-cloud"


class TestConnection:
    def test_a_service_that_is_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TSLOSS_BASE_URL", f"http://127.0.0.1:{free_port()}")
        result = _run("jobs", "list")
        assert (result.exit_code, len(result.stderr.splitlines())) == (3, 1)

    def test_a_key_that_is_wrong(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TSLOSS_API_KEY", "tsl_wrong")
        assert _run("jobs", "list").exit_code == 4

    def test_no_service_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("TSLOSS_BASE_URL")
        result = _run("jobs", "list", "--data-dir", tmp_path)
        assert result.exit_code == 3
        assert f"no `tsloss serve` runs on the folder {tmp_path}" in result.stderr

    def test_no_key_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("TSLOSS_API_KEY")
        result = _run("files", "list")
        assert (result.exit_code, "TSLOSS_API_KEY is not" in result.stderr) == (3, True)


def _figures(job_id: str, out: Path) -> bool:
    paths = _json("jobs", "download", job_id, "--out", out)
    return str(out / "figures" / "diagram.svg") in paths
