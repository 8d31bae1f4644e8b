"""Converts known tasks into training rows."""

import json
from typing import Any

Row = dict[str, Any]


class NotTheShapeError(ValueError):
    """The file is not of the shape that was said."""


def from_bigbench(text: str) -> list[Row]:
    """Convert a BIG-bench `task.json`: `target_scores` become choices, a `target` an answer.

    An example with several right choices keeps the first. Raises NotTheShapeError.
    """
    task = _load(text)
    examples = task.get("examples") if isinstance(task, dict) else None
    if not isinstance(examples, list) or not examples:
        raise NotTheShapeError("a BIG-bench task has a list `examples`")
    return [_from_example(example, i) for i, example in enumerate(examples)]


def _from_example(example: Any, index: int) -> Row:
    if not isinstance(example, dict) or "input" not in example:
        raise NotTheShapeError(f"examples[{index}] has no `input`")
    scores = example.get("target_scores")
    if isinstance(scores, dict) and scores:
        best = max(scores, key=scores.__getitem__)
        return {"question": example["input"], "answer": best, "choices": list(scores)}
    target = example.get("target")
    answer = target[0] if isinstance(target, list) and target else target
    if not isinstance(answer, str):
        raise NotTheShapeError(f"examples[{index}] has neither `target_scores` nor `target`")
    return {"question": example["input"], "answer": answer}


def from_gsm8k(text: str, reasoning: bool = False) -> list[Row]:
    """Convert GSM8K's JSON Lines: the number after `####` becomes the answer.

    With `reasoning` the whole solution stays the answer. Raises NotTheShapeError.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    return [_from_problem(line, number, reasoning) for number, line in enumerate(lines, start=1)]


def _from_problem(line: str, number: int, reasoning: bool) -> Row:
    problem = _load(line, f"line {number}: ")
    if not isinstance(problem, dict) or not {"question", "answer"} <= problem.keys():
        raise NotTheShapeError(f"line {number} has no `question` and `answer`")
    _, mark, result = str(problem["answer"]).rpartition("####")
    if not mark:
        raise NotTheShapeError(f"line {number}: the answer has no `####`")
    short = result.strip().replace(",", "")
    return {"question": problem["question"], "answer": problem["answer"] if reasoning else short}


def _load(text: str, where: str = "") -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise NotTheShapeError(f"{where}not JSON: {error.msg}") from None
