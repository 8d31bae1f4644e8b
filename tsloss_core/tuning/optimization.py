"""AdamW on the prompt alone, with linear warm-up and linear decay."""

import torch
from torch import Tensor

from tsloss_core.spec.hyperparameters import HyperparametersSpec


def learning_rate(settings: HyperparametersSpec, step: int, total: int) -> float:
    """Return the rate of `step`, counted from 0: up over the warm-up, then down to 0 at the end."""
    warmup = round(settings.warmup_ratio * total)
    if step < warmup:
        return settings.learning_rate * (step + 1) / warmup
    return settings.learning_rate * (total - step) / max(1, total - warmup)


class PromptOptimizer:
    """Decoupled weight decay and bias-corrected moments (Loshchilov and Hutter 2019)."""

    def __init__(self, prompt: Tensor, settings: HyperparametersSpec) -> None:
        self.prompt = prompt
        self._adam = torch.optim.AdamW(
            [prompt],
            lr=settings.learning_rate,
            eps=settings.epsilon,
            weight_decay=settings.weight_decay,
        )

    def step(self, gradient: Tensor, rate: float) -> None:
        """Move the prompt against `gradient`, same shape."""
        self._adam.param_groups[0]["lr"] = rate
        self.prompt.grad = gradient
        self._adam.step()
        self.prompt.grad = None

    def moments(self) -> tuple[Tensor, Tensor]:
        """Return copies of the first and the second moment, zeros before the first step."""
        state = self._adam.state.get(self.prompt)
        if not state:
            return torch.zeros_like(self.prompt), torch.zeros_like(self.prompt)
        return state["exp_avg"].clone(), state["exp_avg_sq"].clone()

    def restore(self, step: int, first: Tensor, second: Tensor) -> None:
        """Go on after `step` steps with these moments."""
        if step > 0:
            self._adam.state[self.prompt] = {
                "step": torch.tensor(float(step)),
                "exp_avg": first.to(self.prompt).clone(),
                "exp_avg_sq": second.to(self.prompt).clone(),
            }
