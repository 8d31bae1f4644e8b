"""The likelihood of every choice of a row, behind its question computed once."""

from collections.abc import Sequence

import torch
from torch import Tensor

from tsloss_core.precision import at_least_float32
from tsloss_core.tuning.prompted import PromptedModel
from tsloss_core.tuning.rendering import TokenRow


@torch.no_grad()
def choice_losses(
    prompted: PromptedModel, prompt: Tensor | None, rows: Sequence[TokenRow]
) -> list[list[float]]:
    """Return the loss in nats of every choice of each row, end of text included."""
    choices = [choice for row in rows for choice in row.choices or ()]
    owners = [i for i, row in enumerate(rows) for _ in row.choices or ()]
    asked, logits = prompted.ask(prompt, rows)
    own = torch.tensor(owners, device=logits.device)
    first = at_least_float32(logits).log_softmax(dim=-1)[own]
    heads = torch.tensor([choice[0] for choice in choices], device=logits.device)
    losses = -first.gather(1, heads.unsqueeze(1)).squeeze(1)
    losses = losses + prompted.losses_after(asked.of(own), choices)
    scores = iter(losses.tolist())
    return [[next(scores) for _ in row.choices or ()] for row in rows]
