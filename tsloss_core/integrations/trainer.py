"""A regulariser in a Hugging Face `Trainer` that tunes a prompt with PEFT.

    trainer = regularized(Trainer)(model, args, train_dataset=..., regularizer={"type": "tsloss"})

The regulariser's gradient is added once per optimiser step, after the last backward pass of the
step and before clipping: so it does not depend on how the Trainer scales the losses of gradient
accumulation, and it is computed in float32 outside autocast. The evaluation's loss stays
cross-entropy alone.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import Tensor

from tsloss_core.regularizers import build_regularizer, parse_regularizer
from tsloss_core.spec.regularizers import AnyRegularizerSpec
from tsloss_core.tuning.weighting import gradient_ratio, weighting_of, weighting_scale


def regularized(trainer: type[Any]) -> type[Any]:
    """Return a subclass of a `Trainer` class whose constructor also takes `regularizer`."""
    return type(f"Regularized{trainer.__name__}", (RegularizedTraining, trainer), {})


class RegularizedTraining:
    """Mixin, to stand before a `Trainer` among the bases.

    `regularizer` is what `build_regularizer` takes, its `weighting` included. Beside the Trainer's
    own figures the log carries `regularizer` (what was added to the loss), its `terms/...` before
    weight and betas, and `gradient_ratio`, the regulariser's gradient norm over cross-entropy's;
    each is the mean over the steps since the last log. Raises ValueError for a model that is no
    PEFT prompt tuning of a decoder, and under DeepSpeed or FSDP, where no process holds the whole
    prompt.
    """

    def __init__(
        self, *args: Any, regularizer: AnyRegularizerSpec | Mapping[str, Any], **kwargs: Any
    ) -> None:
        spec = parse_regularizer(regularizer)
        self._regularizer = build_regularizer(spec)
        self._weighting = weighting_of(spec)
        self._figures: dict[str, list[float]] = defaultdict(list)
        super().__init__(*args, **kwargs)
        self._trainer = cast(Any, self)
        if self._trainer.is_deepspeed_enabled or self._trainer.is_fsdp_enabled:
            raise ValueError("the regulariser needs the whole prompt: no DeepSpeed, no FSDP")
        self._prompt()

    def training_step(self, *args: Any, **kwargs: Any) -> Tensor:
        """Do the Trainer's step; after the last backward pass of an optimiser step add ours."""
        loss: Tensor = super().training_step(*args, **kwargs)  # type: ignore[misc]
        if self._trainer.accelerator.sync_gradients:
            loss = loss + self._add_gradient(self._prompt())
        return loss

    def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:
        """Log the regulariser's figures where the training loss is logged."""
        if "loss" in logs:
            means = {name: sum(values) / len(values) for name, values in self._figures.items()}
            logs = {**logs, **means}
            self._figures.clear()
        super().log(logs, *args, **kwargs)  # type: ignore[misc]

    def _add_gradient(self, prompt: Tensor) -> float:
        """Add the regulariser's gradient to the prompt's; return the value that it belongs to."""
        state = self._trainer.state
        output = self._regularizer(prompt, state.global_step)
        (own,) = torch.autograd.grad(output.total, prompt)
        if prompt.grad is None:
            prompt.grad = torch.zeros_like(prompt)
        loss_scale = self._loss_scale()
        loss_norm, own_norm = float(prompt.grad.norm()) / loss_scale, float(own.norm())
        scale = weighting_scale(
            self._weighting, state.global_step, state.max_steps, loss_norm, own_norm
        )
        prompt.grad.add_(own, alpha=scale * loss_scale)
        ratio = gradient_ratio(scale, loss_norm, own_norm)
        return self._note(scale * float(output.total.detach()), output.terms, ratio)

    def _note(self, value: float, terms: Mapping[str, Tensor], ratio: float) -> float:
        self._figures["regularizer"].append(value)
        for name, term in terms.items():
            self._figures[f"terms/{name}"].append(float(term.detach()))
        self._figures["gradient_ratio"].append(ratio)
        return value

    def _loss_scale(self) -> float:
        """The factor under which fp16 training keeps its gradients until it clips them."""
        scaler = self._trainer.accelerator.scaler
        return 1.0 if scaler is None else float(scaler.get_scale())

    def _prompt(self) -> Tensor:
        model = self._trainer.accelerator.unwrap_model(self._trainer.model)
        config = getattr(model, "peft_config", {}).get(getattr(model, "active_adapter", None))
        if config is None or config.peft_type != "PROMPT_TUNING":
            raise ValueError("the model is no PEFT prompt tuning: use PromptTuningConfig")
        if config.num_transformer_submodules != 1:
            raise ValueError("the regulariser knows prompts of a decoder alone")
        weight: Tensor = model.prompt_encoder[model.active_adapter].embedding.weight
        return weight
