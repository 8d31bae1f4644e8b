"""A frozen model with soft prompts in it: losses of answers, and what decoding needs.

Nothing is computed that the frozen base makes unnecessary. The keys and values of a prefix prompt,
and of the tokens after it with which every row of the batch begins (a chat template's head), are
computed once and shared by the batch. Before a suffix prompt, the keys and values of each row's
context are computed once and kept. Causal attention makes both exact. Logits are formed only where
an answer token is predicted.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import cross_entropy

from tsloss_core.precision import at_least_float32
from tsloss_core.prompts import Placement
from tsloss_core.tuning.bf16_weights import with_bf16_weights
from tsloss_core.tuning.context_cache import ContextCache
from tsloss_core.tuning.limits import CacheLimits
from tsloss_core.tuning.past import (
    Layers,
    Past,
    keys_and_values,
    seen_after,
    shared_past,
    stacked_past,
)
from tsloss_core.tuning.recompute import recomputing
from tsloss_core.tuning.rendering import Ids, TokenRow
from tsloss_core.tuning.segments import (
    common_head,
    label_positions,
    mask_of,
    positions_of,
    right_padded,
)

FEW_TOKENS = 256
"""Up to so many, the fused kernel's backward pass on a processor takes longer in bf16 than matrix
products do (docs/performance.md)."""


@dataclass(frozen=True)
class Answer:
    """An answer to be scored after a row's question."""

    row: TokenRow
    tokens: Ids


@dataclass(frozen=True)
class KeptPrefix:
    """Keys and values of a prompt and of the tokens after it that all rows share."""

    prompt: Tensor
    head: Ids
    layers: Layers


class PromptedModel:
    """Runs `model` with prompts at `placement`, or without one where the prompt is None.

    With `bf16` the model computes under autocast; prompts and losses stay in float32. With
    `recompute` a layer's activations are computed again in the backward pass (gradient
    checkpointing) and not kept: the same gradient for less memory and about a third more time.
    """

    def __init__(
        self,
        model: Any,
        placement: Placement,
        limits: CacheLimits | None = None,
        *,
        bf16: bool = False,
        recompute: bool = False,
    ) -> None:
        self.model = with_bf16_weights(model) if bf16 else model
        self.placement = placement
        self.window = window(model)
        self._bf16 = bf16
        self._recompute = recompute
        self._kept: KeptPrefix | None = None
        kept_in = torch.bfloat16 if bf16 else None
        self._contexts = ContextCache(self.model, limits or CacheLimits(), kept_in)
        self._head_is_plain = _head_is_plain(model)

    @property
    def device(self) -> torch.device:
        """Where the embeddings lie."""
        device: torch.device = self.model.get_input_embeddings().weight.device
        return device

    def losses(self, prompt: Tensor | None, answers: Sequence[Answer]) -> Tensor:
        """Return the negative log-likelihood of each answer in nats, shape (len(answers),).

        `prompt` is (n, d); the sum over an answer's tokens is differentiable in it.
        """
        return self.losses_of([prompt] if prompt is not None else [], [0] * len(answers), answers)

    def losses_of(
        self, prompts: Sequence[Tensor], owners: Sequence[int], answers: Sequence[Answer]
    ) -> Tensor:
        """Return the losses of answers under several prompts in one forward pass.

        `prompts` are k tensors (n, d), or none for the untuned model; `owners` names the prompt of
        each answer. Shape (len(answers),), in nats.
        """
        with self._precision():
            virtual = self._virtual(prompts, owners, len(answers))
            past, leads = self._past(prompts, owners, [answer.row for answer in answers])
            # The last token of an answer predicts nothing.
            tokens = [
                lead + answer.tokens[:-1] for lead, answer in zip(leads, answers, strict=True)
            ]
            embeddings, mask = self._embed(virtual, tokens)
            starts = [virtual.shape[1] + len(lead) for lead in leads]
            labels = label_positions(starts, [answer.tokens for answer in answers], self.device)
            logits = self._logits(embeddings, mask, past, (labels.owners, labels.positions))
        losses = cross_entropy(at_least_float32(logits), labels.tokens, reduction="none")
        return losses.new_zeros(len(answers)).index_add(0, labels.owners, losses)

    @contextmanager
    def prefix_kept(self, prompt: Tensor | None, rows: Sequence[TokenRow]) -> Iterator[None]:
        """Let what is asked inside, of this prompt and these rows, share one prefix.

        It is the prompt with the tokens that all of the rows begin with, computed here and once.
        A suffix prompt has the contexts' cache instead, and the untuned model has no prefix.
        """
        if prompt is None or self.placement == "suffix":
            yield
            return
        head = common_head([self._lead(True, row) for row in rows])
        with torch.no_grad(), self._precision():
            self._kept = KeptPrefix(prompt, head, self._compute_prefix([prompt], head))
        try:
            yield
        finally:
            self._kept = None

    @torch.no_grad()
    def ask(self, prompt: Tensor | None, rows: Sequence[TokenRow]) -> tuple[Past, Tensor]:
        """Compute questions: what is past after them, and the logits (b, v) of the next token."""
        prompts = [] if prompt is None else [prompt]
        owners = [0] * len(rows)
        with self._precision():
            virtual = self._virtual(prompts, owners, len(rows))
            past, leads = self._past(prompts, owners, rows)
            embeddings, mask = self._embed(virtual, leads)
            longer, logits = self._extend(past, embeddings, mask)
        return longer.left_padded(), logits

    @torch.no_grad()
    def advance(self, past: Past, tokens: Tensor) -> tuple[Past, Tensor]:
        """Compute one more token (b,) of each row: the longer past and the next token's logits."""
        with self._precision():
            embeddings = self.model.get_input_embeddings()(tokens.unsqueeze(1))
            return self._extend(past, embeddings, torch.ones_like(tokens).unsqueeze(1))

    @torch.no_grad()
    def losses_after(self, past: Past, answers: Sequence[Ids]) -> Tensor:
        """Return the losses in nats, (b,), of each answer's tokens after its first one."""
        longer = [ids if len(ids) > 1 else (*ids, ids[0]) for ids in answers]
        ids, lengths = right_padded([ids[:-1] for ids in longer], self.device)
        labels = label_positions([1] * len(answers), [ids[1:] for ids in answers], self.device)
        mask = mask_of(lengths, ids.shape[1])
        with self._precision():
            embeddings = self.model.get_input_embeddings()(ids)
            logits = self._logits(embeddings, mask, past, (labels.owners, labels.positions))
        losses = cross_entropy(at_least_float32(logits), labels.tokens, reduction="none")
        return losses.new_zeros(len(answers)).index_add(0, labels.owners, losses)

    def computed_length(self, prompt: Tensor | None, row: TokenRow) -> int:
        """Return how many of a row's own tokens are computed before its answer."""
        return len(self._lead(prompt is not None, row))

    def _extend(self, past: Past | None, embeddings: Tensor, mask: Tensor) -> tuple[Past, Tensor]:
        """Compute right-padded tokens after a past; return the longer past and the last logits."""
        cache = Past.empty_cache() if past is None else past.to_cache()
        last = mask.sum(dim=1) - 1
        where = torch.arange(len(mask), device=self.device), last
        logits = self._logits(embeddings, mask, past, where, cache)
        return Past.of_cache(cache, seen_after(past, mask)), logits

    def _precision(self) -> AbstractContextManager[Any]:
        if not self._bf16:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def _attention(self, attended: int) -> AbstractContextManager[Any]:
        """On a processor in bf16, attend to few tokens by matrix products."""
        by_products = self._bf16 and self.device.type == "cpu" and attended <= FEW_TOKENS
        return sdpa_kernel(SDPBackend.MATH) if by_products else nullcontext()

    def _lead(self, prompted: bool, row: TokenRow) -> Ids:
        cached = prompted and self.placement == "suffix"
        return row.rest if cached else row.context + row.rest

    def _virtual(self, prompts: Sequence[Tensor], owners: Sequence[int], batch: int) -> Tensor:
        """The virtual tokens among the computed ones, those of suffix prompts: (batch, n, d)."""
        weight = self.model.get_input_embeddings().weight
        if not prompts or self.placement == "prefix":
            return torch.empty(batch, 0, weight.shape[1], dtype=weight.dtype, device=weight.device)
        moved = [prompt.to(weight.device, weight.dtype) for prompt in prompts]
        if len(moved) == 1:
            return moved[0].unsqueeze(0).expand(batch, -1, -1)
        return torch.stack(moved)[torch.tensor(owners, device=weight.device)]

    def _past(
        self, prompts: Sequence[Tensor], owners: Sequence[int], rows: Sequence[TokenRow]
    ) -> tuple[Past | None, list[Ids]]:
        """What stands before the computed tokens, and those of each row before its answer."""
        leads = [self._lead(bool(prompts), row) for row in rows]
        if not prompts:
            return None, leads
        if self.placement == "suffix":
            return stacked_past([self._contexts.get(row.context) for row in rows]), leads
        head, layers = self._prefix(prompts, leads)
        past = shared_past(layers, owners, self.device)
        return past, [lead[len(head) :] for lead in leads]

    def _prefix(self, prompts: Sequence[Tensor], leads: Sequence[Ids]) -> tuple[Ids, Layers]:
        """The tokens that stand right after each prompt, and the keys and values up to there."""
        kept = self._kept
        if kept is not None and len(prompts) == 1 and prompts[0] is kept.prompt:
            return kept.head, kept.layers
        head = common_head(leads)
        return head, self._compute_prefix(prompts, head)

    def _compute_prefix(self, prompts: Sequence[Tensor], head: Ids) -> Layers:
        embedding = self.model.get_input_embeddings()
        own = torch.stack([p.to(self.device, embedding.weight.dtype) for p in prompts])
        with torch.no_grad():
            words = embedding(torch.tensor([head], dtype=torch.long, device=self.device))
        embeddings = torch.cat([own, words.expand(len(own), -1, -1)], dim=1)
        with self._attention(embeddings.shape[1]):
            return keys_and_values(self.model, embeddings)

    def _embed(self, virtual: Tensor, tokens: Sequence[Ids]) -> tuple[Tensor, Tensor]:
        """Right-padded embeddings (b, l, d) of virtual and ordinary tokens; mask (b, l)."""
        ids, lengths = right_padded(tokens, self.device)
        with torch.no_grad():
            words = self.model.get_input_embeddings()(ids)
        width = virtual.shape[1] + ids.shape[1]
        return torch.cat([virtual, words], dim=1), mask_of(lengths + virtual.shape[1], width)

    def _logits(
        self,
        embeddings: Tensor,
        mask: Tensor,
        past: Past | None,
        where: tuple[Tensor, Tensor],
        cache: Any = None,
    ) -> Tensor:
        """The logits (m, v) at `where`, rows and positions. A `cache` given grows by the tokens."""
        seen = seen_after(past, mask)
        fixed = None if past is None else past.to_fixed_cache()
        arguments = {
            "inputs_embeds": embeddings,
            "attention_mask": seen,
            "position_ids": positions_of(seen, embeddings.shape[1]),
            "past_key_values": fixed if cache is None else cache,
            "use_cache": past is not None or cache is not None,
        }
        recompute = self._recompute and torch.is_grad_enabled()
        with recomputing(self.model) if recompute else self._attention(seen.shape[1]):
            if not self._head_is_plain:
                everywhere: Tensor = self.model(**arguments).logits
                return everywhere.to(self.device)[where]
            hidden = self.model.base_model(**arguments).last_hidden_state
        logits: Tensor = self.model.get_output_embeddings()(hidden.to(self.device)[where])
        return logits.to(self.device)


def window(model: Any) -> int:
    """Return how many positions the model knows."""
    text_config = model.config.get_text_config(decoder=True)
    return int(getattr(text_config, "max_position_embeddings", 1 << 20))


@torch.no_grad()
def _head_is_plain(model: Any) -> bool:
    """Whether the logits are the output embeddings of the last hidden state and nothing more.

    Some models scale or cap their logits; for those the model's own forward is asked.
    """
    embedding = model.get_input_embeddings()
    probe = embedding(torch.tensor([[1, 2]], device=embedding.weight.device))
    whole = model(inputs_embeds=probe, use_cache=False).logits
    hidden = model.base_model(inputs_embeds=probe, use_cache=False).last_hidden_state
    return torch.allclose(model.get_output_embeddings()(hidden), whole, rtol=1e-4, atol=1e-5)
