"""What the virtual tokens are near to among the words of the vocabulary."""

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from tsloss_core.prompts.initialization import embed

_BLOCK = 16_384


@dataclass(frozen=True)
class NearestToken:
    """The vocabulary token nearest to a virtual token, by Euclidean distance of embeddings."""

    token_id: int
    token: str
    distance: float

    def to_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)


def nearest_tokens(prompt: Tensor, model: Any, tokenizer: Any) -> list[NearestToken]:
    """Return the nearest vocabulary token of each row of `prompt`, shape (n, d)."""
    points = prompt.detach().float().cpu()
    size = min(len(tokenizer), model.get_input_embeddings().weight.shape[0])
    distances = torch.full((len(points),), torch.inf)
    tokens = torch.zeros(len(points), dtype=torch.long)
    for start in range(0, size, _BLOCK):
        ids = torch.arange(start, min(start + _BLOCK, size))
        block = torch.cdist(points, embed(model, ids), compute_mode="donot_use_mm_for_euclid_dist")
        nearest, where = block.min(dim=1)
        closer = nearest < distances
        distances = torch.where(closer, nearest, distances)
        tokens = torch.where(closer, ids[where], tokens)
    return [
        NearestToken(token, tokenizer.decode([token]), distance)
        for token, distance in zip(tokens.tolist(), distances.tolist(), strict=True)
    ]
