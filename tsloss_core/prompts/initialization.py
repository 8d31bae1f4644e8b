"""The first values of the virtual tokens."""

from typing import Any

import torch
from torch import Tensor

from tsloss_core.spec.initialization import InitSpec, NormalInit, TextInit, VocabularyInit


def initial_prompt(init: InitSpec, n: int, seed: int, model: Any, tokenizer: Any) -> Tensor:
    """Return n virtual tokens of the model's embedding width, float32 of shape (n, d), on the CPU.

    `vocabulary` draws n distinct ordinary tokens, `text` repeats or cuts the text's tokens,
    `normal` draws N(0, std^2). Raises ValueError for an init that needs a stored checkpoint.
    """
    embedding = model.get_input_embeddings()
    generator = torch.Generator().manual_seed(seed)
    if isinstance(init, NormalInit):
        width = embedding.weight.shape[1]
        return torch.randn(n, width, generator=generator) * init.std
    if isinstance(init, VocabularyInit):
        return embed(model, _draw_tokens(n, embedding.weight.shape[0], tokenizer, generator))
    if isinstance(init, TextInit):
        return embed(model, _tokens_of(init.text, n, tokenizer))
    raise ValueError("an init of type 'checkpoint' needs the stored prompt")


def embed(model: Any, token_ids: Tensor) -> Tensor:
    """Return the embeddings of token ids by the module's forward: some models scale there.

    `token_ids` is (m,); the result is float32 of shape (m, d) on the CPU.
    """
    embedding = model.get_input_embeddings()
    with torch.no_grad():
        vectors: Tensor = embedding(token_ids.to(embedding.weight.device))
    return vectors.float().cpu()


def _draw_tokens(n: int, size: int, tokenizer: Any, generator: torch.Generator) -> Tensor:
    special = set(tokenizer.all_special_ids)
    order = torch.randperm(min(size, len(tokenizer)), generator=generator)
    ordinary = [token for token in order.tolist() if token not in special]
    return torch.tensor([ordinary[i % len(ordinary)] for i in range(n)])


def _tokens_of(text: str, n: int, tokenizer: Any) -> Tensor:
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    if not ids:
        raise ValueError("init.text gives no token under the model's tokenizer")
    return torch.tensor([ids[i % len(ids)] for i in range(n)])
