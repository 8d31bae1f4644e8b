"""`tsloss data ...` writes files that an upload takes, whole or not at all."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from tsloss_core.spec.rows import parse_rows

run = CliRunner().invoke


class TestGenerate:
    @pytest.mark.parametrize("task", ["intents", "arithmetic"])
    @pytest.mark.parametrize("flags", [[], ["--held-out"]])
    def test_an_upload_takes_the_rows(self, tmp_path: Path, task: str, flags: list[str]) -> None:
        out = tmp_path / "new" / "rows.jsonl"
        result = run(app, ["data", "generate", task, str(out), "--rows", "12", *flags])
        assert result.exit_code == 0, result.output
        assert len(list(parse_rows(out.open("rb")))) == 12

    def test_the_same_seed_writes_the_same_bytes(self, tmp_path: Path) -> None:
        paths = [tmp_path / name for name in ("a", "b", "c")]
        for path, seed in zip(paths, "112", strict=True):
            run(app, ["data", "generate", "intents", str(path), "--seed", seed])
        one, same, other = (path.read_bytes() for path in paths)
        assert one == same != other

    def test_no_rows_are_refused(self, tmp_path: Path) -> None:
        result = run(app, ["data", "generate", "intents", str(tmp_path / "a"), "--rows", "0"])
        assert result.exit_code == 2
        assert "--rows" in result.output


class TestConvert:
    def test_a_bigbench_task(self, tmp_path: Path) -> None:
        source, out = tmp_path / "task.json", tmp_path / "rows.jsonl"
        source.write_text(json.dumps({"examples": [{"input": "7+5", "target": "12"}]}))
        assert run(app, ["data", "bigbench", str(source), str(out)]).exit_code == 0
        assert json.loads(out.read_text()) == {"question": "7+5", "answer": "12"}

    def test_gsm8k(self, tmp_path: Path) -> None:
        source, out = tmp_path / "train.jsonl", tmp_path / "rows.jsonl"
        source.write_text(json.dumps({"question": "7+5", "answer": "so\n#### 12"}))
        assert run(app, ["data", "gsm8k", str(source), str(out)]).exit_code == 0
        assert json.loads(out.read_text()) == {"question": "7+5", "answer": "12"}

    @pytest.mark.parametrize("command", ["bigbench", "gsm8k"])
    @pytest.mark.parametrize("content", [b"\xff\xfe", b"[1]", b"{"])
    def test_another_shape_is_refused_and_nothing_written(
        self, tmp_path: Path, command: str, content: bytes
    ) -> None:
        source, out = tmp_path / "source", tmp_path / "rows.jsonl"
        source.write_bytes(content)
        result = run(app, ["data", command, str(source), str(out)])
        assert result.exit_code == 2
        assert result.output.strip()
        assert not out.exists()

    def test_a_source_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        result = run(app, ["data", "gsm8k", str(tmp_path / "none"), str(tmp_path / "out")])
        assert result.exit_code == 2
        assert "none" in result.output
