"""Puts settings together: the file first, flags over it, assignments last."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from api.field_paths import field_path
from cli.errors import WrongInputError
from cli.spec.options import FIELDS
from tsloss_core.spec import TuningConfig

ModelT = TypeVar("ModelT", bound=BaseModel)
Settings = dict[str, Any]


def build_settings(
    config: Path | None, flags: Mapping[str, object], assignments: Sequence[str]
) -> Settings:
    """Return settings as a request holds them, not yet checked.

    `flags` are values by the names of FIELDS, None where not given. A regulariser without a type
    is TSLoss, the default's and every preset's. Raises WrongInputError.
    """
    settings = {} if config is None else _read(config)
    for name, value in flags.items():
        if value is not None:
            _assign(settings, FIELDS[name], value)
    for assignment in assignments:
        field, value = _parsed(assignment)
        _assign(settings, field, value)
    regularizer = settings.get("regularizer")
    if isinstance(regularizer, dict):
        regularizer.setdefault("type", "tsloss")
    return settings


def check_settings(kind: type[ModelT], settings: Settings) -> ModelT:
    """Return checked settings. Raises WrongInputError that names the field and the limit."""
    try:
        return kind.model_validate(settings)
    except ValidationError as error:
        raise WrongInputError(_complaint(error, settings)) from None


def check_tuning(settings: Settings, seed: int | None) -> TuningConfig:
    """Return the settings of a run in this process. Raises WrongInputError."""
    seeded = settings if seed is None else settings | {"seed": seed}
    config = check_settings(TuningConfig, seeded)
    if config.init.type == "checkpoint":
        raise WrongInputError("init: checkpoints are a service's; here, --start-from names a file")
    return config


def _complaint(error: ValidationError, settings: Settings) -> str:
    """The first wrong field; the members of a union complain together."""
    problems = error.errors(include_url=False, include_context=False)
    fields = [field_path(("body", *problem["loc"]), settings) for problem in problems]
    reasons = [
        problem["msg"].removeprefix("Value error, ")
        for problem, field in zip(problems, fields, strict=True)
        if field == fields[0]
    ]
    return f"{fields[0] or 'settings'}: {'; or '.join(dict.fromkeys(reasons))}"


def _read(config: Path) -> Settings:
    import yaml

    text = config.read_text("utf-8")
    try:
        read = json.loads(text) if config.suffix == ".json" else yaml.safe_load(text)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise WrongInputError(f"--config {config}: {error}") from None
    if not isinstance(read, dict):
        raise WrongInputError(f"--config {config}: not an object of settings")
    return read


def _parsed(assignment: str) -> tuple[str, Any]:
    field, sign, value = assignment.partition("=")
    if not sign or not field:
        raise WrongInputError(f"--set {assignment}: write FIELD=VALUE")
    try:
        return field, json.loads(value)
    except (ValueError, RecursionError):
        return field, value


def _assign(settings: Settings, field: str, value: object) -> None:
    *path, last = field.split(".")
    for name in path:
        settings = settings.setdefault(name, {})
        if not isinstance(settings, dict):
            raise WrongInputError(f"{field}: '{name}' has no fields")
    settings[last] = value
