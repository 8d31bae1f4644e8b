"""Converts GSM8K's JSON Lines.

Shape: https://github.com/openai/grade-school-math, "Dataset Details".
"""

import re
from typing import Any

from cli.data.jsonl import NotTheShapeError, Row, load_json

MARK = "####"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_CALCULATION = re.compile(r"<<[^<>]*>>")


def from_gsm8k(text: str, reasoning: bool = False) -> list[Row]:
    """Return a row per line: the number after the `####` is the answer, without thousands' commas.

    With `reasoning` the whole solution is the answer, without its `<<...>>` calculator notes.
    Raises NotTheShapeError that names the line.
    """
    lines = enumerate(text.split("\n"), start=1)
    return [_from_problem(line, f"line {i}: ", reasoning) for i, line in lines if line.strip()]


def _from_problem(line: str, where: str, reasoning: bool) -> Row:
    problem = load_json(line, where)
    solution = _text(problem, "answer", where)
    _, mark, result = solution.rpartition(MARK)
    number = result.strip().replace(",", "").removeprefix("$")
    if not mark or not _NUMBER.fullmatch(number):
        raise NotTheShapeError(f"{where}the answer does not end in {MARK} and a number")
    answer = _CALCULATION.sub("", solution) if reasoning else number
    return {"question": _text(problem, "question", where), "answer": answer}


def _text(problem: Any, field: str, where: str) -> str:
    value = problem.get(field) if isinstance(problem, dict) else None
    if not isinstance(value, str):
        raise NotTheShapeError(f"{where}no text `{field}`")
    return value
