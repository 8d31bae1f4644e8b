"""Turns what was typed into a request for a job; files that lie here are uploaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.errors import WrongInputError
from cli.spec.build import check_settings
from tsloss_client import Client
from tsloss_core.spec import SoftPromptSpec


@dataclass(frozen=True)
class TypedJob:
    """A job as it was typed. `data` and `validation` are paths or ids of files."""

    model: str
    data: str
    validation: str | None
    seed: int | None
    suffix: str | None
    metadata: Sequence[str]
    priority: int
    settings: dict[str, Any]


def request_of(client: Client, asked: TypedJob) -> dict[str, Any]:
    """Return the request. Settings are checked before anything is uploaded.

    Raises WrongInputError that names the field, or RefusedError that names a file's bad line.
    """
    settings = {**asked.settings}
    seed = settings.pop("seed", None) if asked.seed is None else asked.seed
    check_settings(SoftPromptSpec, settings)
    labels = pairs(asked.metadata)
    request: dict[str, Any] = {
        "model": asked.model,
        "training_file": _file_id(client, asked.data),
        "priority": asked.priority,
        "method": {"type": "soft_prompt", "soft_prompt": settings},
    }
    if asked.validation is not None:
        request["validation_file"] = _file_id(client, asked.validation)
    given = {"seed": seed, "suffix": asked.suffix, "metadata": labels or None}
    return request | {name: value for name, value in given.items() if value is not None}


def pairs(given: Sequence[str]) -> dict[str, str]:
    """Return metadata that was typed as KEY=VALUE. Raises WrongInputError."""
    parted = [pair.partition("=") for pair in given]
    for pair, (key, sign, _) in zip(given, parted, strict=True):
        if not key or not sign:
            raise WrongInputError(f"--metadata {pair}: write KEY=VALUE")
    return {key: value for key, _, value in parted}


def _file_id(client: Client, given: str) -> str:
    path = Path(given)
    if path.is_file():
        return client.files.upload(path).id
    if given.startswith("file-"):
        return given
    raise WrongInputError(f"{given}: there is no such file, and it is no file's id")
