"""The folder of a run: its results, and until it is through what it needs to go on."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from cli.errors import WrongInputError
from cli.tune.request import TuneRequest

UNFINISHED = "unfinished"
SUMMARY = "summary.json"
SNAPSHOTS = "snapshots"


class RunFolder:
    """What lies where. `unfinished` is there as long as the run is not through."""

    def __init__(self, path: Path, request: TuneRequest) -> None:
        self.path = path
        self.request = request
        self.unfinished = path / UNFINISHED
        self._state = self.unfinished / "state.safetensors"
        self._steps = self.unfinished / "steps.jsonl"
        self._before = self.unfinished / "before.json"
        self._snapshots = path / "snapshots.jsonl"

    @classmethod
    def begin(cls, path: Path, request: TuneRequest, overwrite: bool) -> Self:
        """Return the folder of a new run. Raises WrongInputError if another run is in it."""
        folder = cls(path, request)
        if folder.unfinished.exists() and not overwrite:
            raise WrongInputError(
                f"--out: {path} holds an interrupted run: go on with `--resume {path}`, or say "
                "--overwrite"
            )
        if (path / SUMMARY).exists() and not overwrite:
            raise WrongInputError(f"--out: {path} holds a finished run: say --overwrite, or where")
        folder._clear()
        folder.unfinished.mkdir(parents=True)
        write_whole(folder.unfinished / "run.json", request.model_dump_json(indent=2).encode())
        return folder

    @classmethod
    def resume(cls, path: Path) -> Self:
        """Return the folder of an interrupted run. Raises WrongInputError if there is none."""
        file = path / UNFINISHED / "run.json"
        try:
            return cls(path, TuneRequest.model_validate_json(file.read_bytes()))
        except FileNotFoundError:
            raise WrongInputError(f"--resume: there is no interrupted run in {path}") from None
        except ValidationError as error:
            first = error.errors()[0]["msg"]
            raise WrongInputError(f"--resume: {file} cannot be read: {first}") from None

    def _clear(self) -> None:
        """Remove what an earlier run left, and nothing else."""
        for name in (UNFINISHED, SNAPSHOTS, "figures"):
            shutil.rmtree(self.path / name, ignore_errors=True)
        for name in (SUMMARY, self._snapshots.name, "adapter.zip"):
            (self.path / name).unlink(missing_ok=True)

    def save_state(self, state: bytes) -> None:
        """Keep a resume state, in place of the one before."""
        write_whole(self._state, state)

    def state(self) -> bytes | None:
        """Return the newest resume state, or None."""
        return self._state.read_bytes() if self._state.exists() else None

    def save_before(self, evaluation: Mapping[str, Any]) -> None:
        """Keep the grades of the untuned model."""
        write_whole(self._before, json.dumps(evaluation).encode())

    def before(self) -> Any:
        """Return the grades of the untuned model, or None."""
        return json.loads(self._before.read_bytes()) if self._before.exists() else None

    def add_step(self, step: Mapping[str, Any]) -> None:
        """Append what was measured at a step."""
        _append(self._steps, step)

    def steps(self) -> list[dict[str, Any]]:
        """Return what was measured, in the order of steps."""
        return list(_lines(self._steps))

    def add_snapshot(self, about: Mapping[str, Any], prompt: bytes) -> None:
        """Keep a snapshot's prompt, then what is known about it."""
        path = self.snapshot_path(about["step"])
        path.parent.mkdir(exist_ok=True)
        write_whole(path, prompt)
        _append(self._snapshots, about)

    def snapshots(self) -> list[dict[str, Any]]:
        """Return what is known about each snapshot, in the order of steps."""
        return list(_lines(self._snapshots))

    def snapshot_path(self, step: int) -> Path:
        """Return where the prompt of a snapshot lies."""
        return self.path / SNAPSHOTS / f"step-{step:06d}.safetensors"

    def forget_after(self, step: int) -> None:
        """Drop the steps and snapshots after `step`, which the run goes through again."""
        for path in (self._steps, self._snapshots):
            kept = [line for line in _lines(path) if line["step"] <= step]
            write_whole(path, "".join(json.dumps(line) + "\n" for line in kept).encode())

    def finish(self, files: Mapping[str, bytes], summary: Mapping[str, Any]) -> None:
        """Write the results; the summary last, then drop what going on needed."""
        for name, data in files.items():
            (self.path / name).parent.mkdir(exist_ok=True)
            write_whole(self.path / name, data)
        write_whole(self.path / SUMMARY, (json.dumps(summary, indent=2) + "\n").encode())
        shutil.rmtree(self.unfinished)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a power cut, finds the old one or the new one."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _append(path: Path, value: Mapping[str, Any]) -> None:
    with path.open("ab") as file:
        file.write(json.dumps(value).encode() + b"\n")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the values of a file, up to a line that a kill broke off."""
    if not path.exists():
        return
    for line in path.read_bytes().split(b"\n")[:-1]:
        yield json.loads(line)
