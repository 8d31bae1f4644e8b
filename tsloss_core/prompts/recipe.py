"""How a stored prompt is put into a message: what its file carries beside the vectors."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

SENTINEL = "\ue000soft-prompt\ue001"
"""Stands for the virtual tokens while a chat template renders a conversation."""

Placement = Literal["suffix", "prefix"]


@dataclass(frozen=True)
class Recipe:
    """Where the virtual tokens stand, and for which base model and template they were tuned.

    `suffix`: directly after the last user message, inside the chat template; both sides of that
    point are tokenised apart. `prefix`: before everything, BOS included.
    """

    placement: Placement
    base_model: str
    revision: str | None
    template_hash: str

    def to_metadata(self) -> dict[str, str]:
        """Return the recipe as safetensors metadata."""
        return {"format": "pt", "tsloss": json.dumps(asdict(self), sort_keys=True)}

    @classmethod
    def from_metadata(cls, metadata: dict[str, str]) -> "Recipe":
        """Read a recipe back. Raises ValueError if the file is no soft prompt of ours."""
        if "tsloss" not in metadata:
            raise ValueError("the file carries no soft-prompt recipe")
        return cls(**json.loads(metadata["tsloss"]))


def template_hash(tokenizer: Any) -> str:
    """Return the SHA-256 of the tokenizer's chat template, or of the empty text without one."""
    template = getattr(tokenizer, "chat_template", None) or ""
    return hashlib.sha256(str(template).encode()).hexdigest()
