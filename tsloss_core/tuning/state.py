"""All that a run needs to go on where it stopped, as bytes without code in them."""

import json
from dataclasses import dataclass

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from tsloss_core.spec import TuningConfig
from tsloss_core.tuning.errors import StateError

VERSION = 2


@dataclass(frozen=True)
class TuningState:
    """The prompt and the optimiser after `step` steps.

    The order of the data, the schedule and the weighting follow from the configuration and the
    step; no random number is drawn elsewhere. `loss` is the last step's cross-entropy, None before
    the first. `tokens_at_once` is how many padded tokens one pass takes, by the settings or by the
    device's memory, None where there was no limit. Tensors are float32, (n, d).
    """

    step: int
    tokens: int
    loss: float | None
    tokens_at_once: int | None
    config: TuningConfig
    prompt: Tensor
    first_moment: Tensor
    second_moment: Tensor

    def to_bytes(self) -> bytes:
        """Return a safetensors file."""
        about = {
            "version": VERSION,
            "step": self.step,
            "tokens": self.tokens,
            "loss": self.loss,
            "tokens_at_once": self.tokens_at_once,
            "config": self.config.model_dump(mode="json"),
        }
        tensors = {
            "prompt": self.prompt.contiguous(),
            "first_moment": self.first_moment.contiguous(),
            "second_moment": self.second_moment.contiguous(),
        }
        data: bytes = save(tensors, metadata={"state": json.dumps(about)})
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> "TuningState":
        """Read a state. Raises StateError for another version or anything that is no state."""
        try:
            length = int.from_bytes(data[:8], "little")
            about = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["state"])
            tensors = load(data)
        except (ValueError, KeyError, TypeError, SafetensorError) as error:
            raise StateError(f"not a resume state: {type(error).__name__}") from None
        if about["version"] not in (1, VERSION):
            raise StateError(f"resume state of version {about['version']}, not {VERSION}")
        config = TuningConfig.model_validate(about["config"])
        return cls(
            step=about["step"],
            tokens=about["tokens"],
            loss=about.get("loss"),
            # Version 1 counted rows at once.
            tokens_at_once=about.get("tokens_at_once"),
            config=config,
            **tensors,
        )
