"""Which base model a name stands for."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from cli.defaults import MODEL_ID
from cli.embedded.data_folder import CATALOGUE_FILE, published_settings
from cli.errors import CommandError, WrongInputError
from store.catalogue import BaseModelEntry, read_catalogue
from store.errors import NotFoundError

if TYPE_CHECKING:
    from rich.console import Console

    from tsloss_core.models import LoadedBase

DTYPES = ("float32", "bfloat16", "float16")

_HUB_ID = re.compile(r"[\w-][\w.-]*/[\w.-]+")


class ChosenModel(BaseModel):
    """A base model: its name in results, and where it lies (a folder or a hub id).

    The name is the catalogue's id, or the path itself, by which PEFT finds an adapter's model.
    `path` is None for the bundled model, which is converted into `models` at its first use.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    path: str | None
    revision: str | None
    dtype: str
    max_row_tokens: int | None
    models: Path


def choose_model(name: str, revision: str | None, dtype: str | None, data_dir: Path) -> ChosenModel:
    """Return the model of the catalogue, the bundled one, of a folder or of a hub, in this order.

    Raises WrongInputError that says what there is.
    """
    if dtype is not None and dtype not in DTYPES:
        raise WrongInputError(f"--dtype: '{dtype}' is not one of {', '.join(DTYPES)}")
    entry = _catalogue_entry(name, data_dir)
    path = entry.path if entry else _path_of(name, data_dir)
    return ChosenModel(
        name=name if entry or path is None else path,
        path=path,
        revision=revision or (entry.revision if entry else None),
        dtype=dtype or (entry.dtype if entry else "float32"),
        max_row_tokens=entry and entry.max_row_tokens,
        models=(data_dir / "models").resolve(),
    )


def load_model(chosen: ChosenModel, device: str | None, console: "Console") -> "LoadedBase":
    """Load a chosen model onto a device. Raises CommandError if it cannot be loaded."""
    from transformers.utils import logging

    from tsloss_core.models import ModelNotLoadableError, bundled_model, load_base
    from worker.warm_model import visible_devices

    if not console.is_terminal:
        logging.disable_progress_bar()
    try:
        if chosen.path is None and not (chosen.models / MODEL_ID).exists():
            console.print(f"Converting {MODEL_ID}, once; this takes about half a minute ...")
        path = chosen.path or str(bundled_model(chosen.models))
        return load_base(path, chosen.revision, chosen.dtype, device or visible_devices())
    except (ModelNotLoadableError, ModuleNotFoundError) as error:
        reason = error.__cause__ or error
        raise CommandError(f"model '{chosen.name}' cannot be loaded: {reason}") from None


def _path_of(name: str, data_dir: Path) -> str | None:
    """Return a folder or a hub id, or None for the bundled model."""
    if name == MODEL_ID:
        return None
    folder = Path(name)
    if (folder / "config.json").is_file():
        return str(folder.resolve())
    if _HUB_ID.fullmatch(name) and not folder.exists():
        return name
    known = ", ".join(dict.fromkeys([*_catalogue_ids(data_dir), MODEL_ID]))
    raise WrongInputError(
        f"--model: '{name}' is no id of the catalogue ({known}), no folder of a model, no hub id"
    )


def _catalogue_entry(name: str, data_dir: Path) -> BaseModelEntry | None:
    path = _catalogue(data_dir)
    try:
        return None if path is None else read_catalogue(path).get(name)
    except NotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise WrongInputError(f"the catalogue {path}: {error}") from None


def _catalogue_ids(data_dir: Path) -> list[str]:
    path = _catalogue(data_dir)
    return [] if path is None else [entry.id for entry in read_catalogue(path).all()]


def _catalogue(data_dir: Path) -> Path | None:
    """Return the catalogue of the environment, else of the service on the data folder, if any."""
    given = os.environ.get("TSLOSS_MODELS")
    if given:
        return Path(given)
    published = published_settings(data_dir)
    if published is not None:
        return Path(published["TSLOSS_MODELS"])
    own = data_dir / CATALOGUE_FILE
    return own if own.exists() else None
