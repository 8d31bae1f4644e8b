"""The soft prompt: its first values, its files, its neighbours among words."""

from tsloss_core.prompts.applying import Conversation, apply_prompt
from tsloss_core.prompts.artifact import load_prompt, save_prompt
from tsloss_core.prompts.initialization import embed, initial_prompt
from tsloss_core.prompts.peft_adapter import export_peft
from tsloss_core.prompts.recipe import SENTINEL, Placement, Recipe, template_hash
from tsloss_core.prompts.vocabulary import NearestToken, nearest_tokens

__all__ = [
    "SENTINEL",
    "Conversation",
    "NearestToken",
    "Placement",
    "Recipe",
    "apply_prompt",
    "embed",
    "export_peft",
    "initial_prompt",
    "load_prompt",
    "nearest_tokens",
    "save_prompt",
    "template_hash",
]
