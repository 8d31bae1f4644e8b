"""Turns a conversation into token ids, split where a suffix prompt stands."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tsloss_core.prompts.recipe import SENTINEL
from tsloss_core.spec import Message

Ids = tuple[int, ...]

_ASKS_TIME = re.compile(r"strftime_now\(\s*(?P<quote>['\"])(?P<format>.*?)(?P=quote)\s*\)")


def split_conversation(
    tokenizer: Any, messages: Sequence[Message], clock: datetime
) -> tuple[Ids, Ids]:
    """Return the tokens up to the end of the last message, and those from there to the answer.

    Both sides are tokenised apart. `clock` is what a template that asks for the time gets. Raises
    ValueError for a text that contains the sentinel, and for a template that moves, drops or
    doubles it.
    """
    before, after = _split_at_sentinel(tokenizer, messages, clock)
    return _context_ids(tokenizer, before), plain_ids(tokenizer, after)


def plain_ids(tokenizer: Any, text: str) -> Ids:
    """Return the tokens of a text without special ones around it."""
    return tuple(tokenizer(text, add_special_tokens=False)["input_ids"])


def _split_at_sentinel(
    tokenizer: Any, messages: Sequence[Message], clock: datetime
) -> tuple[str, str]:
    last = messages[-1]
    if SENTINEL in "".join(message.content for message in messages):
        raise ValueError("the text contains the marker of the virtual tokens")
    marked = Message(role=last.role, content=last.content + SENTINEL)
    parts = _to_text(tokenizer, (*messages[:-1], marked), clock).split(SENTINEL)
    plain = _to_text(tokenizer, messages, clock)
    if len(parts) != 2 or "".join(parts).split() != plain.split():
        raise ValueError("the chat template moves, drops or doubles the message")
    return parts[0], parts[1]


def _to_text(tokenizer: Any, messages: Sequence[Message], clock: datetime) -> str:
    if not getattr(tokenizer, "chat_template", None):
        return "\n".join(message.content for message in messages) + "\n"
    text: str = tokenizer.apply_chat_template(
        [message.model_dump() for message in messages],
        tokenize=False,
        add_generation_prompt=True,
        chat_template=_at(clock, tokenizer.get_chat_template()),
    )
    return text


def _at(clock: datetime, template: str) -> str:
    """Write the time of `clock` into a template wherever it asks for the present time."""
    return _ASKS_TIME.sub(lambda asked: repr(clock.strftime(asked["format"])), template)


def _context_ids(tokenizer: Any, text: str) -> Ids:
    """A chat template writes its own special tokens; without one the tokenizer adds its BOS."""
    templated = bool(getattr(tokenizer, "chat_template", None))
    ids = tokenizer(text, add_special_tokens=not templated)["input_ids"]
    if not templated and ids and ids[-1] == tokenizer.eos_token_id:
        ids = ids[:-1]
    return tuple(ids)
