"""What a run keeps survives a kill, and is dropped where the run goes through it again."""

from pathlib import Path

import pytest

from cli.errors import WrongInputError
from cli.tune.folder import RunFolder
from cli.tune.model import choose_model
from cli.tune.request import DataFile, TuneRequest
from tsloss_core.spec import TuningConfig


@pytest.fixture
def request_(data: Path, model: Path, tmp_path: Path) -> TuneRequest:
    chosen = choose_model(str(model), None, None, tmp_path)
    return TuneRequest(
        data=DataFile.of(data), validation=None, model=chosen, device=None, start_from=None,
        config=TuningConfig(seed=3),
    )  # fmt: skip


@pytest.fixture
def folder(request_: TuneRequest, tmp_path: Path) -> RunFolder:
    return RunFolder.begin(tmp_path / "out", request_, overwrite=False)


class TestResume:
    def test_what_was_asked_is_read_back(self, folder: RunFolder, request_: TuneRequest) -> None:
        assert RunFolder.resume(folder.path).request == request_

    def test_there_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(WrongInputError, match="no interrupted run"):
            RunFolder.resume(tmp_path)

    def test_a_request_that_cannot_be_read(self, folder: RunFolder) -> None:
        (folder.unfinished / "run.json").write_text("{}")
        with pytest.raises(WrongInputError, match="cannot be read"):
            RunFolder.resume(folder.path)


class TestForgetAfter:
    def test_later_steps_and_snapshots_are_dropped(self, folder: RunFolder) -> None:
        for step in (1, 2, 3):
            folder.add_step({"step": step})
            folder.add_snapshot({"step": step}, b"prompt")
        folder.forget_after(2)
        assert folder.steps() == folder.snapshots() == [{"step": 1}, {"step": 2}]

    def test_a_line_that_a_kill_broke_off_is_not_read(self, folder: RunFolder) -> None:
        folder.add_step({"step": 1})
        with (folder.unfinished / "steps.jsonl").open("a") as file:
            file.write('{"step": ')
        assert folder.steps() == [{"step": 1}]


class TestOverwrite:
    def test_only_what_a_run_left_is_removed(self, folder: RunFolder) -> None:
        mine = folder.path / "notes.txt"
        mine.write_text("mine")
        folder.add_snapshot({"step": 0}, b"prompt")
        folder.finish({"adapter.zip": b"zip"}, {"seed": 3})
        again = RunFolder.begin(folder.path, folder.request, overwrite=True)
        assert again.snapshots() == []
        left = {path.name for path in folder.path.iterdir()}
        assert left == {"notes.txt", "unfinished"}
