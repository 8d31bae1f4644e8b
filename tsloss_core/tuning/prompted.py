"""A frozen model with soft prompts in it: losses of answers, and decoding.

Nothing is computed that the frozen base makes unnecessary. The keys and values of a prefix prompt,
and of the tokens after it with which every row of the batch begins (a chat template's head), are
computed once and shared by the batch. Before a suffix prompt, the keys and values of each row's
context are computed once and kept. Causal attention makes both exact. Logits are formed only where
an answer token is predicted.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from tsloss_core.precision import at_least_float32
from tsloss_core.prompts import Placement
from tsloss_core.tuning.limits import CacheLimits
from tsloss_core.tuning.past import (
    ContextCache,
    Layers,
    Past,
    keys_and_values,
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


@dataclass(frozen=True)
class Answer:
    """An answer to be scored after a row's question."""

    row: TokenRow
    tokens: Ids


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
        self.model = model
        self.placement = placement
        self._bf16 = bf16
        self._recompute = recompute
        self._prefix: tuple[Tensor, Ids, Layers] | None = None
        self._contexts = ContextCache(model, limits or CacheLimits())
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

    @torch.no_grad()
    def choice_losses(self, prompt: Tensor | None, rows: Sequence[TokenRow]) -> list[list[float]]:
        """Return the loss of every choice of each row; the rows must share `lead_length`.

        The question is computed once and shared by its choices.
        """
        choices = [choice for row in rows for choice in row.choices or ()]
        owners = [i for i, row in enumerate(rows) for _ in row.choices or ()]
        with self._precision():
            asked, first = self._ask(prompt, rows)
            own = torch.tensor(owners, device=self.device)
            starts = at_least_float32(first).log_softmax(dim=-1)[own]
            heads = torch.tensor([choice[0] for choice in choices], device=self.device)
            losses = -starts.gather(1, heads.unsqueeze(1)).squeeze(1)
            losses = losses + self._continuation_losses(asked.of(own), choices)
        scores = iter(losses.tolist())
        return [[next(scores) for _ in row.choices or ()] for row in rows]

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
        answers: list[list[int]] = [[] for _ in rows]
        running = [True] * len(rows)
        with self._precision():
            past, logits = self._ask(prompt, rows)
            for _ in range(max_new_tokens):
                chosen = logits.argmax(dim=-1)
                _append(answers, running, chosen.tolist(), end)
                if not any(running) or (should_stop is not None and should_stop()):
                    break
                past, logits = self._advance(past, chosen.unsqueeze(1))
        return [tuple(answer) for answer in answers]

    def lead_length(self, prompt: Tensor | None, row: TokenRow) -> int:
        """Return how many tokens a step computes before a row's answer."""
        return len(self._lead(prompt is not None, row))

    def _ask(self, prompt: Tensor | None, rows: Sequence[TokenRow]) -> tuple[Past, Tensor]:
        """Compute the questions: what is past then, and the logits of the first answer token."""
        prompts = [] if prompt is None else [prompt]
        owners = [0] * len(rows)
        virtual = self._virtual(prompts, owners, len(rows))
        past, leads = self._past(prompts, owners, rows)
        embeddings, mask = self._embed(virtual, leads)
        return self._extend(past, embeddings, mask)

    def _advance(self, past: Past, tokens: Tensor) -> tuple[Past, Tensor]:
        embeddings = self.model.get_input_embeddings()(tokens)
        return self._extend(past, embeddings, torch.ones_like(tokens))

    def _extend(self, past: Past | None, embeddings: Tensor, mask: Tensor) -> tuple[Past, Tensor]:
        """Compute unpadded tokens after a past; return the longer past and the last logits."""
        cache = Past.empty_cache() if past is None else past.to_cache()
        seen = mask if past is None else torch.cat([past.mask, mask], dim=1)
        output = self.model(
            inputs_embeds=embeddings,
            attention_mask=seen,
            position_ids=positions_of(seen, embeddings.shape[1]),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return Past.of_cache(cache, seen), output.logits[:, -1].to(self.device)

    def _continuation_losses(self, past: Past, choices: Sequence[Ids]) -> Tensor:
        """The losses of each choice's tokens after its first one."""
        longer = [choice if len(choice) > 1 else (*choice, choice[0]) for choice in choices]
        ids, lengths = right_padded([choice[:-1] for choice in longer], self.device)
        embeddings = self.model.get_input_embeddings()(ids)
        labels = label_positions(
            [1] * len(choices), [choice[1:] for choice in choices], self.device
        )
        mask = mask_of(lengths, ids.shape[1])
        logits = self._logits(embeddings, mask, past, (labels.owners, labels.positions))
        losses = cross_entropy(at_least_float32(logits), labels.tokens, reduction="none")
        return losses.new_zeros(len(choices)).index_add(0, labels.owners, losses)

    def _precision(self) -> AbstractContextManager[Any]:
        if not self._bf16:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

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
        head = common_head(leads)
        past = shared_past(self._prefix_layers(prompts, head), owners, self.device)
        return past, [lead[len(head) :] for lead in leads]

    def _prefix_layers(self, prompts: Sequence[Tensor], head: Ids) -> Layers:
        """Keys and values of each prompt and the head after it; kept while the prompt is fixed."""
        if torch.is_grad_enabled() or len(prompts) > 1:
            return self._compute_prefix(prompts, head)
        if self._prefix is None or self._prefix[0] is not prompts[0] or self._prefix[1] != head:
            self._prefix = prompts[0], head, self._compute_prefix(prompts, head)
        return self._prefix[2]

    def _compute_prefix(self, prompts: Sequence[Tensor], head: Ids) -> Layers:
        embedding = self.model.get_input_embeddings()
        own = torch.stack([p.to(self.device, embedding.weight.dtype) for p in prompts])
        with torch.no_grad():
            words = embedding(torch.tensor([head], dtype=torch.long, device=self.device))
        return keys_and_values(self.model, torch.cat([own, words.expand(len(own), -1, -1)], dim=1))

    def _embed(self, virtual: Tensor, tokens: Sequence[Ids]) -> tuple[Tensor, Tensor]:
        """Right-padded embeddings (b, l, d) of virtual and ordinary tokens; mask (b, l)."""
        ids, lengths = right_padded(tokens, self.device)
        with torch.no_grad():
            words = self.model.get_input_embeddings()(ids)
        width = virtual.shape[1] + ids.shape[1]
        return torch.cat([virtual, words], dim=1), mask_of(lengths + virtual.shape[1], width)

    def _logits(
        self, embeddings: Tensor, mask: Tensor, past: Past | None, where: tuple[Tensor, Tensor]
    ) -> Tensor:
        seen = mask if past is None else torch.cat([past.mask, mask], dim=1)
        arguments = {
            "inputs_embeds": embeddings,
            "attention_mask": seen,
            "position_ids": positions_of(seen, embeddings.shape[1]),
            "past_key_values": None if past is None else past.to_fixed_cache(),
            "use_cache": past is not None,
        }
        with recomputing(self.model) if self._recompute else nullcontext():
            if not self._head_is_plain:
                everywhere: Tensor = self.model(**arguments).logits
                return everywhere.to(self.device)[where]
            hidden = self.model.base_model(**arguments).last_hidden_state
        logits: Tensor = self.model.get_output_embeddings()(hidden.to(self.device)[where])
        return logits.to(self.device)


def _append(
    answers: list[list[int]], running: list[bool], chosen: list[int], end: int | None
) -> None:
    for i, token in enumerate(chosen):
        running[i] = running[i] and token != end
        if running[i]:
            answers[i].append(token)


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
