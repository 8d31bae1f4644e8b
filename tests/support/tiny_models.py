"""Tiny causal models with random weights, and a tokenizer for them, built in code."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from torch import Tensor
from transformers import (
    AutoModelForCausalLM,
    Gemma2Config,
    GemmaConfig,
    GPT2Config,
    LlamaConfig,
    MistralConfig,
    PreTrainedTokenizerFast,
    Qwen2Config,
)

from tsloss_core.models import freeze
from tsloss_core.prompts import Recipe, template_hash

VOCABULARY = 128
CHAT_TEMPLATE = (
    "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)

_SHAPE = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}

CONFIGS = {
    "llama": lambda: LlamaConfig(**_SHAPE),
    "qwen2": lambda: Qwen2Config(**_SHAPE),
    "gemma": lambda: GemmaConfig(**_SHAPE, head_dim=8),
    "gemma2": lambda: Gemma2Config(
        **_SHAPE, head_dim=8, sliding_window=6, final_logit_softcapping=5.0
    ),
    "mistral": lambda: MistralConfig(**_SHAPE, sliding_window=6),
    "gpt2": lambda: GPT2Config(
        vocab_size=VOCABULARY, n_embd=32, n_layer=2, n_head=4, n_positions=128,
        pad_token_id=0, bos_token_id=1, eos_token_id=2,
    ),
}  # fmt: skip


def tiny_model(name: str = "llama", dtype: torch.dtype = torch.float32, seed: int = 0) -> Any:
    """Return a frozen model of a family of CONFIGS with random weights."""
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(CONFIGS[name](), dtype=torch.float32)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return freeze(model.to(dtype))


def tiny_prompt(seed: int, scale: float = 0.3) -> Tensor:
    """Return a new random prompt of four virtual tokens for a tiny model."""
    return scale * torch.randn(4, 32, generator=torch.Generator().manual_seed(seed))


def tiny_recipe(placement: str = "prefix", chat: bool = True) -> Recipe:
    """Return what a file says of a prompt that was tuned with a tiny model and its tokenizer."""
    return Recipe(placement, "tiny", None, template_hash(tiny_tokenizer(chat)))  # type: ignore[arg-type]


def tiny_tokenizer(chat: bool = True) -> Any:
    """Return a tokenizer of single characters, with or without a chat template."""
    special = ["<pad>", "<s>", "</s>", "<unk>", "<user>", "<assistant>", "<system>"]
    letters = [chr(code) for code in range(32, 127)] + ["\n"]
    vocabulary = {token: i for i, token in enumerate(special + letters)}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", bos_token="<s>", eos_token="</s>",
        unk_token="<unk>", additional_special_tokens=special[4:],
    )  # fmt: skip
    tokenizer.chat_template = CHAT_TEMPLATE if chat else None
    return tokenizer


def save_tiny_model(folder: Path, name: str = "llama", chat: bool = True) -> Path:
    """Write a tiny model and its tokenizer to a folder that a worker can load."""
    tiny_model(name).save_pretrained(folder)
    tiny_tokenizer(chat).save_pretrained(folder)
    return folder
