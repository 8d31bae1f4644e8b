"""Turns rows into token lists, once, with the place of a suffix prompt marked by a sentinel."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tsloss_core.prompts import SENTINEL
from tsloss_core.spec import Message, Row
from tsloss_core.tuning.errors import InvalidRowError

Ids = tuple[int, ...]

_ASKS_TIME = re.compile(r"strftime_now\(\s*(?P<quote>['\"])(?P<format>.*?)(?P=quote)\s*\)")


@dataclass(frozen=True)
class TokenRow:
    """A row as training, evaluation and serving see it.

    `context` is everything up to the end of the last user message, `rest` what the template puts
    between that and the answer, `completion` the answer with the end-of-text token. A suffix
    prompt stands between `context` and `rest`.
    """

    line: int
    row: Row
    context: Ids
    rest: Ids
    completion: Ids
    choices: tuple[Ids, ...] | None

    @property
    def length(self) -> int:
        """Tokens of the row with its longest answer, without virtual tokens."""
        answers = [self.completion, *(self.choices or ())]
        return len(self.context) + len(self.rest) + max(map(len, answers))


def render_rows(
    tokenizer: Any, rows: Sequence[Row], *, clock: datetime, max_tokens: int
) -> list[TokenRow]:
    """Render and tokenise rows; line numbers count from 1.

    `clock` is what a template that asks for the time gets. Raises InvalidRowError for a row of
    more than `max_tokens` tokens, or one whose template moves, drops or doubles the sentinel.
    """
    return [
        _render(tokenizer, row, line, clock, max_tokens) for line, row in enumerate(rows, start=1)
    ]


def _render(tokenizer: Any, row: Row, line: int, clock: datetime, max_tokens: int) -> TokenRow:
    before, after = _split_at_sentinel(tokenizer, row, line, clock)
    rendered = TokenRow(
        line=line,
        row=row,
        context=_context_ids(tokenizer, before),
        rest=_plain_ids(tokenizer, after),
        completion=_answer_ids(tokenizer, row.completion),
        choices=_choice_ids(tokenizer, row.choices),
    )
    if rendered.length > max_tokens:
        raise InvalidRowError(f"{rendered.length} tokens, over the limit of {max_tokens}", line)
    return rendered


def _choice_ids(tokenizer: Any, choices: Sequence[str] | None) -> tuple[Ids, ...] | None:
    if choices is None:
        return None
    return tuple(_answer_ids(tokenizer, choice) for choice in choices)


def _split_at_sentinel(tokenizer: Any, row: Row, line: int, clock: datetime) -> tuple[str, str]:
    last = row.messages[-1]
    if SENTINEL in "".join(message.content for message in row.messages):
        raise InvalidRowError("the text contains the marker of the virtual tokens", line)
    marked = Message(role=last.role, content=last.content + SENTINEL)
    parts = _to_text(tokenizer, (*row.messages[:-1], marked), clock).split(SENTINEL)
    plain = _to_text(tokenizer, row.messages, clock)
    if len(parts) != 2 or "".join(parts).split() != plain.split():
        raise InvalidRowError("the chat template moves, drops or doubles the message", line)
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


def _plain_ids(tokenizer: Any, text: str) -> Ids:
    return tuple(tokenizer(text, add_special_tokens=False)["input_ids"])


def _answer_ids(tokenizer: Any, text: str) -> Ids:
    end = tokenizer.eos_token_id
    return _plain_ids(tokenizer, text) + (() if end is None else (end,))
