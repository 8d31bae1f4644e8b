"""A training row: JSON Lines in three shapes, one value inside."""

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from tsloss_core.spec.base import Spec

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]


class RowError(ValueError):
    """A line of a data file that is not a training row. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class Message(Spec):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: Text


class Row(Spec):
    """A conversation that ends before the answer, the answer, and the choices it is among."""

    messages: tuple[Message, ...] = Field(min_length=1)
    completion: Text
    choices: tuple[Text, ...] | None = Field(None, min_length=2)

    @model_validator(mode="after")
    def _check(self) -> "Row":
        if self.messages[-1].role != "user":
            raise ValueError("the message before the answer must be the user's")
        if self.choices is not None and self.completion not in self.choices:
            raise ValueError("the answer must be one of the choices")
        return self


class _MessagesShape(Spec):
    messages: tuple[Message, ...] = Field(min_length=2)
    choices: tuple[Text, ...] | None = None


class _PromptShape(Spec):
    prompt: Text
    completion: Text
    choices: tuple[Text, ...] | None = None


class _QuestionShape(Spec):
    question: Text
    answer: Text
    choices: tuple[Text, ...] | None = None


def parse_row(text: str, line: int) -> Row:
    """Return the row that one line of a JSON Lines file holds.

    Raises RowError, which names the line and the field, for anything else: no JSON, NaN, an
    unknown or missing field, an empty text, an answer that is not among the choices.
    """
    try:
        return _from_object(_load(text))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise RowError(line, f"{where}: {reason}" if where else reason) from None
    except (ValueError, RecursionError) as error:
        raise RowError(line, str(error)) from None


def parse_rows(lines: Iterable[bytes]) -> Iterator[Row]:
    """Yield the rows of a JSON Lines file, given line by line.

    UTF-8 with or without a byte order mark, either line ending, blank lines at the end. Raises
    RowError at the first line that is no row.
    """
    blank: int | None = None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            blank = blank or number
        elif blank is not None:
            raise RowError(blank, "a blank line among the rows")
        else:
            yield parse_row(_decode(line, number), number)


def _decode(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise RowError(number, f"not UTF-8 at byte {error.start + 1}") from None


def _load(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(value, dict):
        raise ValueError("a row must be a JSON object")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"not JSON: {name} is no JSON number")


def _from_object(value: dict[str, Any]) -> Row:
    if "messages" in value:
        return _from_messages(_MessagesShape.model_validate(value))
    if "question" in value:
        asked = _QuestionShape.model_validate(value)
        return _single_turn(asked.question, asked.answer, asked.choices)
    if "prompt" in value:
        given = _PromptShape.model_validate(value)
        return _single_turn(given.prompt, given.completion, given.choices)
    raise ValueError(
        "a row needs `messages`, `prompt` and `completion`, or `question` and `answer`"
    )


def _from_messages(shape: _MessagesShape) -> Row:
    *context, answer = shape.messages
    if answer.role != "assistant":
        raise ValueError("the last message must be the assistant's")
    return Row(messages=tuple(context), completion=answer.content, choices=shape.choices)


def _single_turn(question: str, answer: str, choices: tuple[str, ...] | None) -> Row:
    user = Message(role="user", content=question)
    return Row(messages=(user,), completion=answer, choices=choices)
