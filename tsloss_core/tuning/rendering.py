"""Turns rows into token lists, once, with the place of a suffix prompt marked by a sentinel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tsloss_core.prompts.conversation import Ids, plain_ids, split_conversation
from tsloss_core.spec import Row
from tsloss_core.tuning.errors import InvalidRowError

__all__ = ["Ids", "TokenRow", "render_rows"]


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
    try:
        context, rest = split_conversation(tokenizer, row.messages, clock)
    except ValueError as error:
        raise InvalidRowError(str(error), line) from None
    rendered = TokenRow(
        line=line,
        row=row,
        context=context,
        rest=rest,
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


def _answer_ids(tokenizer: Any, text: str) -> Ids:
    end = tokenizer.eos_token_id
    return plain_ids(tokenizer, text) + (() if end is None else (end,))
