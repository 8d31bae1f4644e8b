"""`tsloss tune` leaves a prompt and all about it, goes on after Ctrl-C, and says what is wrong."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import Result
from safetensors.numpy import load_file
from typer.testing import CliRunner

from cli.main import app
from tests.docs.pages import find_block
from tests.support.polling import wait_for
from tests.support.serving import clean_environment
from tests.support.tiny_models import tiny_model, tiny_tokenizer

SMALL = ["--virtual-tokens", "4", "--batch-size", "2", "--set", "evaluation.max_new_tokens=4"]
REPOSITORY = Path(__file__).resolve().parents[3]


def _tune(*arguments: object) -> Result:
    given = ["tune", *map(str, arguments)]
    return CliRunner().invoke(app, given, catch_exceptions=False)


def _steps(out: Path) -> list[Any]:
    path = out / "unfinished" / "steps.jsonl"
    return path.read_text().splitlines() if path.exists() else []


class TestResults:
    def test_everything_is_left_in_the_folder(
        self, model: Path, data: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        options = ["--validation", data, "--epochs", "2", "--seed", "5", "--json", *SMALL]
        result = _tune(data, "--model", model, "--out", out, *options)
        assert result.exit_code == 0, result.output
        summary = json.loads(result.stdout)
        assert summary == json.loads((out / "summary.json").read_text())
        assert (summary["seed"], summary["outcome"]["steps"]) == (5, 8)
        assert summary["method"]["soft_prompt"]["hyperparameters"]["n_epochs"] == 2
        assert [row["step"] for row in summary["topology"]] == [0, 4, 8]
        assert load_file(out / "soft_prompt.safetensors")["prompt_embeddings"].shape == (4, 32)
        for name in ("predictions_before.jsonl", "predictions_after.jsonl"):
            assert len((out / name).read_text().splitlines()) == 8
        assert len((out / "step_metrics.csv").read_text().splitlines()) == 9
        figures = {path.stem for path in (out / "figures").iterdir()}
        assert {"diagram", "barcode", "evolution", "loss", "token_map"} <= figures
        assert not (out / "unfinished").exists()
        assert not (out / "adapter.zip").exists()
        assert "step 8 of 8: loss" in result.stderr

    def test_ungraded_snapshots_are_related_to_the_training_loss(
        self, model: Path, data: Path, tmp_path: Path
    ) -> None:
        result = _tune(data, "--model", model, "--out", tmp_path, "--epochs", 6, *SMALL)
        assert result.exit_code == 0, result.output
        evolution = json.loads((tmp_path / "figures" / "evolution.json").read_text())
        assert evolution["performance"]["label"].startswith("training loss")
        assert evolution["performance"]["steps"] == [4, 8, 12, 16, 20, 24]

    def test_a_prefix_prompt_comes_with_its_adapter(
        self, model: Path, data: Path, tmp_path: Path
    ) -> None:
        result = _tune(
            data, "--model", model, "--out", tmp_path, "--placement", "prefix", "--max-steps", 1,
            "--regularizer", "none", *SMALL,
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        assert (tmp_path / "adapter.zip").exists()
        assert result.stdout.startswith("accuracy\t")

    def test_a_run_starts_from_the_prompt_of_another(
        self, model: Path, data: Path, tmp_path: Path
    ) -> None:
        first, second = tmp_path / "first", tmp_path / "second"
        _tune(data, "--model", model, "--out", first, "--max-steps", 2, *SMALL)
        prompt = first / "soft_prompt.safetensors"
        given = ["--start-from", prompt, "--max-steps", 1, *SMALL]
        result = _tune(data, "--model", model, "--out", second, *given)
        assert result.exit_code == 0, result.output
        started = load_file(second / "snapshots" / "step-000000.safetensors")
        assert _same(started, load_file(prompt))
        wider = ["--start-from", prompt, "--virtual-tokens", 5]
        refused = _tune(data, "--model", model, "--out", tmp_path / "third", *wider)
        assert (refused.exit_code, "has shape (4, 32)" in refused.stderr) == (2, True)

    def test_a_model_of_the_catalogue(
        self, model: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        catalogue = tmp_path / "models.json"
        catalogue.write_text(json.dumps([{"id": "mine", "path": str(model)}]))
        monkeypatch.setenv("TSLOSS_MODELS", str(catalogue))
        given = ["--out", tmp_path / "out", "--max-steps", 1, "--json", *SMALL]
        result = _tune(data, "--model", "mine", *given)
        assert json.loads(result.stdout)["model"] == "mine"


@pytest.mark.timeout(600)
class TestInterruption:
    def test_after_ctrl_c_it_goes_on_to_the_same_bits(
        self, model: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        whole, parts = Path("whole"), Path("tuned")
        given = [data, "--model", model, "--validation", data, "--epochs", "60", *SMALL]
        given += ["--set", "evaluation.every_epochs=30", "--set", "snapshots.every_epochs=30"]
        assert _tune(*given, "--out", whole).exit_code == 0
        with _process(*given, "--out", parts.resolve()) as process:
            wait_for(lambda: len(_steps(parts)) > 10, "some steps", 240)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=120)
        assert process.returncode == 130, said
        assert said.splitlines()[-1].endswith(f"tsloss tune --resume {parts.resolve()}")
        assert "Traceback" not in said
        assert 10 < len(_steps(parts)) < 240
        command = find_block("docs/how-to/tune.md", "tsloss tune --resume tuned").text.split()
        resumed = _tune(*command[2:], "--json")
        assert resumed.exit_code == 0, resumed.output
        assert "Going on after step" in resumed.stderr
        assert _same(*(load_file(out / "soft_prompt.safetensors") for out in (whole, parts)))
        for name in ("step_metrics.csv", "snapshots.jsonl"):
            assert _without_times(whole / name) == _without_times(parts / name)

    def test_a_folder_with_an_interrupted_run_is_not_overwritten(
        self, model: Path, data: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        (out / "unfinished").mkdir(parents=True)
        result = _tune(data, "--model", model, "--out", out)
        assert result.exit_code == 2
        assert f"--resume {out}" in result.stderr

    def test_data_that_changed_meanwhile_is_told(
        self, model: Path, data: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        data.write_bytes(data.read_bytes() + b"{}\n")
        assert _tune(data, "--model", model, "--out", out).exit_code == 2
        data.write_bytes(b'{"prompt": "a", "completion": "b"}\n')
        result = _tune("--resume", out)
        assert (result.exit_code, "has changed" in result.stderr) == (2, True)


class TestRefusals:
    def test_a_bad_row_is_named(self, model: Path, data: Path, tmp_path: Path) -> None:
        data.write_bytes(b'{"prompt": "a", "completion": "b"}\n{"prompt": "a"}\n')
        result = _tune(data, "--model", model, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert "line 2: completion: Field required" in result.stderr

    def test_a_row_that_is_too_long_for_the_model(
        self, model: Path, data: Path, tmp_path: Path
    ) -> None:
        data.write_text(json.dumps({"prompt": "x" * 200, "completion": "y"}))
        result = _tune(data, "--model", model, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert "line 1: 2" in result.stderr
        assert "over the limit of 108" in result.stderr

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            (["--set", "hyperparameters.learning_rate=0"], "hyperparameters.learning_rate: "),
            (["--regularizer", "l3"], "regularizer: "),
            (["--model", "gpt-9"], "--model: 'gpt-9' is no id of the catalogue (smollm2"),
            (["--dtype", "int3"], "--dtype: 'int3'"),
            (["--seed", "-1"], "--seed"),
            (["--resume", "."], "either a data file or --resume"),
        ],
    )
    def test_a_wrong_setting_is_one_line_that_names_it(
        self, data: Path, tmp_path: Path, given: list[str], told: str
    ) -> None:
        result = _tune(data, "--out", tmp_path / "out", *given)
        assert result.exit_code == 2
        assert told in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert not (tmp_path / "out").exists()

    def test_a_run_that_diverges_says_where(self, data: Path, tmp_path: Path) -> None:
        model = tiny_model()
        with torch.no_grad():
            model.get_output_embeddings().weight.mul_(1e4)
        model.save_pretrained(tmp_path / "loud")
        tiny_tokenizer().save_pretrained(tmp_path / "loud")
        result = _tune(data, "--model", tmp_path / "loud", "--out", tmp_path / "out", *SMALL)
        assert result.exit_code == 1
        assert "diverged: step 1: loss" in result.stderr.splitlines()[-1]

    def test_a_finished_run_is_not_overwritten(self, data: Path, tmp_path: Path) -> None:
        (tmp_path / "summary.json").write_text("{}")
        result = _tune(data, "--out", tmp_path)
        assert (result.exit_code, "--overwrite" in result.stderr) == (2, True)
        assert (tmp_path / "summary.json").read_text() == "{}"


@pytest.mark.slow
@pytest.mark.timeout(900)
class TestTheBundledModel:
    def test_held_out_accuracy_rises(self, tmp_path: Path) -> None:
        for name, flags in (("train", []), ("held-out", ["--held-out"])):
            made = ["data", "generate", "intents", str(tmp_path / f"{name}.jsonl"), *flags]
            assert CliRunner().invoke(app, made).exit_code == 0
        given = ["--validation", tmp_path / "held-out.jsonl", "--max-steps", 60, "--json"]
        given += ["--out", tmp_path / "out", "--data-dir", tmp_path / "data", "--seed", 7]
        result = _tune(tmp_path / "train.jsonl", *given)
        assert result.exit_code == 0, result.output
        outcome = json.loads(result.stdout)["outcome"]
        assert outcome["accuracy_after"] > outcome["accuracy_before"]


def _process(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", "tune", *map(str, arguments)],
        cwd=REPOSITORY, env=clean_environment() | {"OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one["prompt_embeddings"].tobytes() == other["prompt_embeddings"].tobytes()


def _without_times(path: Path) -> list[list[str]]:
    """Rows of a file, without the column that tells seconds."""
    lines = [line.split(",") for line in path.read_text().splitlines()]
    if path.suffix != ".csv":
        return lines
    seconds = lines[0].index("seconds")
    return [line[:seconds] + line[seconds + 1 :] for line in lines]
