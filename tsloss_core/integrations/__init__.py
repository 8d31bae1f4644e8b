"""The science in other people's notebooks, training loops and servers."""

from tsloss_core.integrations.notebook import Picture, picture_diagram
from tsloss_core.integrations.trainer import RegularizedTraining, regularized
from tsloss_core.integrations.vllm import prompt_embeds

__all__ = ["Picture", "RegularizedTraining", "picture_diagram", "prompt_embeds", "regularized"]
