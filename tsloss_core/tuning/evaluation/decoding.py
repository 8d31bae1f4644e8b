"""Greedy decoding of many rows at once."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from tsloss_core.tuning.prompted import PromptedModel
from tsloss_core.tuning.rendering import Ids, TokenRow


def decode(
    prompted: PromptedModel,
    prompt: Tensor | None,
    rows: Sequence[TokenRow],
    max_new_tokens: int,
    end: int | None,
    should_stop: Callable[[], str | None] | None = None,
) -> list[Ids]:
    """Return the likeliest next tokens after each row's question, up to `end`, which is left out.

    A row that ended is computed no further, nor is one that reached `max_new_tokens` or the last
    position that the model knows. Stops early, with what there is, when `should_stop` gives a
    reason.
    """
    answers: list[list[int]] = [[] for _ in rows]
    running = list(range(len(rows)))
    past, logits = prompted.ask(prompt, rows)
    room = (prompted.window - past.mask.sum(dim=1) + 1).clamp_max(max_new_tokens).tolist()
    while True:
        tokens = logits.argmax(dim=-1)
        places = [place for place, token in enumerate(tokens.tolist()) if token != end]
        for place in places:
            answers[running[place]].append(int(tokens[place]))
        places = [p for p in places if len(answers[running[p]]) < room[running[p]]]
        if not places or (should_stop is not None and should_stop()):
            return [tuple(answer) for answer in answers]
        if len(places) < len(running):
            kept = torch.tensor(places, device=tokens.device)
            past, tokens = past.of(kept), tokens[kept]
            running = [running[place] for place in places]
        past, logits = prompted.advance(past, tokens)
