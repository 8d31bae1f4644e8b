"""How the virtual tokens of a soft prompt start."""

from typing import Annotated, Literal

from pydantic import Field

from tsloss_core.spec.base import Alternative
from tsloss_core.spec.fields import CheckpointId


class VocabularyInit(Alternative):
    """Embeddings of vocabulary tokens drawn uniformly without special tokens."""

    type: Literal["vocabulary"] = "vocabulary"


class NormalInit(Alternative):
    """Independent normal coordinates; the paper draws from N(0, 0.02^2)."""

    type: Literal["normal"] = "normal"
    std: float = Field(0.02, gt=0, le=100, description="Standard deviation of each coordinate.")


class TextInit(Alternative):
    """Embeddings of a text's tokens, repeated or cut to the number of virtual tokens."""

    type: Literal["text"] = "text"
    text: str = Field(
        min_length=1, max_length=10_000, pattern=r"^[^\x00]*$", description="Without NUL."
    )


class CheckpointInit(Alternative):
    """The prompt of a stored checkpoint, for transfer between tasks."""

    type: Literal["checkpoint"] = "checkpoint"
    id: CheckpointId


InitSpec = Annotated[
    VocabularyInit | NormalInit | TextInit | CheckpointInit, Field(discriminator="type")
]
