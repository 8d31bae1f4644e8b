"""A frozen model with a soft prompt in it: losses of answers, and decoding.

Nothing is computed that the frozen base makes unnecessary. Behind a prefix prompt, the prompt's
keys and values are computed once and shared by the batch. Before a suffix prompt, the keys and
values of each row's context are computed once and kept. Causal attention makes both exact.
Logits are formed only where an answer token is predicted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

from tsloss_core.precision import at_least_float32
from tsloss_core.prompts import Placement
from tsloss_core.tuning.past import ContextCache, Past, keys_and_values, shared_past, stacked_past
from tsloss_core.tuning.rendering import Ids, TokenRow

CONTEXT_BUDGET_BYTES = 2 << 30


@dataclass(frozen=True)
class Answer:
    """An answer to be scored after a row's question."""

    row: TokenRow
    tokens: Ids


class PromptedModel:
    """Runs `model` with prompts at `placement`, or without one where the prompt is None."""

    def __init__(
        self, model: Any, placement: Placement, context_budget_bytes: int = CONTEXT_BUDGET_BYTES
    ) -> None:
        self.model = model
        self.placement = placement
        self._contexts = ContextCache(model, context_budget_bytes)
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
        leads = [self._lead(prompt, answer.row) for answer in answers]
        tokens = [
            torch.tensor(lead + answer.tokens) for lead, answer in zip(leads, answers, strict=True)
        ]
        virtual = self._virtual(prompt)
        embeddings, mask = self._embed(virtual, tokens)
        starts = [len(lead) + len(virtual) for lead in leads]
        predicting, labels, owners = _label_positions(starts, answers, self.device)
        past = self._past(prompt, [answer.row for answer in answers])
        logits = self._logits(embeddings, mask, past, (owners, predicting))
        losses = cross_entropy(at_least_float32(logits), labels, reduction="none")
        return losses.new_zeros(len(answers)).index_add(0, owners, losses)

    @torch.no_grad()
    def generate(
        self,
        prompt: Tensor | None,
        rows: Sequence[TokenRow],
        max_new_tokens: int,
        end: int | None,
        should_stop: Callable[[], str | None] | None = None,
    ) -> list[Ids]:
        """Decode greedily after each row's question until `end`; the rows must share `lead_length`.

        Stops early, with what there is, when `should_stop` gives a reason.
        """
        leads = [torch.tensor(self._lead(prompt, row)) for row in rows]
        embeddings, mask = self._embed(self._virtual(prompt), leads)
        past = self._past(prompt, rows)
        cache = past.to_cache() if past else _empty_cache()
        seen = mask if past is None else torch.cat([past.mask, mask], dim=1)
        answers: list[list[int]] = [[] for _ in rows]
        running = [True] * len(rows)
        for _ in range(max_new_tokens):
            output = self.model(
                inputs_embeds=embeddings,
                attention_mask=seen,
                position_ids=_positions(seen, embeddings.shape[1]),
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            )
            chosen = output.logits[:, -1].argmax(dim=-1)
            _append(answers, running, chosen.tolist(), end)
            if not any(running) or (should_stop is not None and should_stop()):
                break
            embeddings = self.model.get_input_embeddings()(chosen.unsqueeze(1))
            seen = torch.cat([seen, seen.new_ones(len(rows), 1)], dim=1)
        return [tuple(answer) for answer in answers]

    def lead_length(self, prompt: Tensor | None, row: TokenRow) -> int:
        """Return how many tokens a step computes before a row's answer."""
        return len(self._lead(prompt, row))

    def _lead(self, prompt: Tensor | None, row: TokenRow) -> Ids:
        cached = prompt is not None and self.placement == "suffix"
        return row.rest if cached else row.context + row.rest

    def _virtual(self, prompt: Tensor | None) -> Tensor:
        """The virtual tokens among the computed ones: those of a suffix prompt."""
        weight = self.model.get_input_embeddings().weight
        if prompt is None or self.placement == "prefix":
            none: Tensor = weight.new_empty(0, weight.shape[1])
            return none
        moved: Tensor = prompt.to(weight.device, weight.dtype)
        return moved

    def _past(self, prompt: Tensor | None, rows: Sequence[TokenRow]) -> Past | None:
        if prompt is None:
            return None
        if self.placement == "suffix":
            return stacked_past([self._contexts.get(row.context) for row in rows])
        weight = self.model.get_input_embeddings().weight
        own = prompt.to(weight.device, weight.dtype).unsqueeze(0)
        return shared_past(keys_and_values(self.model, own), len(rows))

    def _embed(self, virtual: Tensor, tokens: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Right-padded embeddings (b, l, d) of virtual and ordinary tokens; mask (b, l)."""
        padded = pad_sequence(list(tokens), batch_first=True).to(self.device)
        with torch.no_grad():
            words = self.model.get_input_embeddings()(padded)
        shared = virtual.unsqueeze(0).expand(len(tokens), -1, -1)
        lengths = torch.tensor([len(virtual) + len(ids) for ids in tokens], device=self.device)
        width = len(virtual) + padded.shape[1]
        mask = torch.arange(width, device=self.device) < lengths.unsqueeze(1)
        return torch.cat([shared, words], dim=1), mask.long()

    def _logits(
        self, embeddings: Tensor, mask: Tensor, past: Past | None, where: tuple[Tensor, Tensor]
    ) -> Tensor:
        seen = mask if past is None else torch.cat([past.mask, mask], dim=1)
        arguments = {
            "inputs_embeds": embeddings,
            "attention_mask": seen,
            "position_ids": _positions(seen, embeddings.shape[1]),
            "past_key_values": None if past is None else past.to_cache(),
            "use_cache": past is not None,
        }
        if not self._head_is_plain:
            everywhere: Tensor = self.model(**arguments).logits
            return everywhere[where]
        hidden = self.model.base_model(**arguments).last_hidden_state[where]
        logits: Tensor = self.model.get_output_embeddings()(hidden)
        return logits


def _label_positions(
    starts: Sequence[int], answers: Sequence[Answer], device: torch.device
) -> tuple[Tensor, Tensor, Tensor]:
    """Where each answer token is predicted, which it is, and whose it is, three (m,) tensors."""
    predicting: list[int] = []
    labels: list[int] = []
    owners: list[int] = []
    for owner, (start, answer) in enumerate(zip(starts, answers, strict=True)):
        predicting += range(start - 1, start - 1 + len(answer.tokens))
        labels += answer.tokens
        owners += [owner] * len(answer.tokens)
    where = torch.tensor([predicting, labels, owners], device=device)
    return where[0], where[1], where[2]


def _positions(seen: Tensor, new: int) -> Tensor:
    """Positions of the last `new` tokens, counted over real tokens; padding repeats a position."""
    return (seen.cumsum(dim=1) - 1).clamp_min(0)[:, -new:]


def _append(
    answers: list[list[int]], running: list[bool], chosen: list[int], end: int | None
) -> None:
    for i, token in enumerate(chosen):
        running[i] = running[i] and token != end
        if running[i]:
            answers[i].append(token)


def _empty_cache() -> Any:
    from transformers import DynamicCache

    return DynamicCache()


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
