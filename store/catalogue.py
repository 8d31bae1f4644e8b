"""The operator's catalogue of base models: the only way to name one is its id here."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from store.errors import NotFoundError
from tsloss_core.spec.soft_prompt import MAX_VIRTUAL_TOKENS


class BaseModelEntry(BaseModel):
    """A base model that jobs may name, where it lies, and the queue of the workers that load it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,127}$")
    path: str = Field(min_length=1, description="A folder or a hub id; never shown to clients.")
    revision: str | None = None
    dtype: Literal["float32", "bfloat16", "float16"] = "float32"
    queue: str = Field("gpu", pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    max_row_tokens: int = Field(2048, ge=1)
    max_virtual_tokens: int = Field(MAX_VIRTUAL_TOKENS, ge=1, le=MAX_VIRTUAL_TOKENS)


_ENTRIES = TypeAdapter(list[BaseModelEntry])


class Catalogue:
    """The entries by id."""

    def __init__(self, entries: list[BaseModelEntry]) -> None:
        self._entries = {entry.id: entry for entry in entries}
        if len(self._entries) != len(entries):
            raise ValueError("the catalogue names a model id twice")

    def get(self, model_id: str) -> BaseModelEntry:
        """Return an entry. Raises NotFoundError."""
        if model_id not in self._entries:
            raise NotFoundError("model", model_id)
        return self._entries[model_id]

    def all(self) -> list[BaseModelEntry]:
        """Return the entries in the file's order."""
        return list(self._entries.values())


@lru_cache
def read_catalogue(path: Path) -> Catalogue:
    """Read a JSON file, a list of entries. Raises OSError or pydantic's ValidationError."""
    return Catalogue(_ENTRIES.validate_python(json.loads(path.read_text("utf-8"))))
