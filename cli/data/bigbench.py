"""Converts a BIG-bench `task.json`.

Shape: https://github.com/google/BIG-bench/blob/main/docs/doc.md, "Creating a JSON task".
"""

from typing import Any

from cli.data.jsonl import NotTheShapeError, Row, load_json


def from_bigbench(text: str) -> list[Row]:
    """Return a row per example: `target_scores` become choices, a `target` becomes the answer.

    Of several best choices, or several targets, the first is the answer. The prefixes that
    BIG-bench puts around inputs for few-shot prompts are left out. Raises NotTheShapeError.
    """
    task = load_json(text)
    examples = task.get("examples") if isinstance(task, dict) else None
    if not isinstance(examples, list) or not examples:
        raise NotTheShapeError("a BIG-bench task has a list `examples`")
    return [_from_example(example, f"examples[{i}]") for i, example in enumerate(examples)]


def _from_example(example: Any, where: str) -> Row:
    if not isinstance(example, dict) or not isinstance(example.get("input"), str):
        raise NotTheShapeError(f"{where} has no `input`")
    if "target_scores" in example:
        return _choice(example["input"], example["target_scores"], where)
    target = example.get("target")
    answer = target[0] if isinstance(target, list) and target else target
    if not isinstance(answer, str):
        raise NotTheShapeError(f"{where} has neither `target_scores` nor `target`")
    return {"question": example["input"], "answer": answer}


def _choice(question: str, scores: Any, where: str) -> Row:
    if not isinstance(scores, dict) or len(scores) < 2:
        raise NotTheShapeError(f"{where}: `target_scores` does not score two or more choices")
    if not all(_is_number(score) for score in scores.values()):
        raise NotTheShapeError(f"{where}: a score of `target_scores` is not a number")
    best = max(scores, key=scores.__getitem__)
    return {"question": question, "answer": best, "choices": list(scores)}


def _is_number(score: object) -> bool:
    """A finite number: JSON as Python reads it knows NaN, which no order fits."""
    return isinstance(score, int | float) and abs(score) < float("inf")
