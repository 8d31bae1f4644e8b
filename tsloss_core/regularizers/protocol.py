"""What every regulariser of a soft prompt is."""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor


@dataclass(frozen=True)
class RegularizerOutput:
    """The value of a regulariser for one prompt, scalars, or for k prompts, shape (k,).

    `total` carries the weight and the betas and is what is added to cross-entropy. `terms` are the
    parts by name before both.
    """

    total: Tensor
    terms: dict[str, Tensor]


class Regularizer(Protocol):
    """Maps a prompt (n, d) or a batch of prompts (k, n, d), any float dtype, to its value."""

    def start(self, prompt: Tensor) -> None:
        """Begin work that can go on while the model computes; most have none to begin."""
        del prompt

    def __call__(self, prompt: Tensor, step: int = 0) -> RegularizerOutput:
        """Return the value at `step`; computed in float32 at least, differentiable in `prompt`."""
