"""How an answer is judged."""

import re
from collections.abc import Sequence
from typing import Literal

from tsloss_core.tuning.errors import InvalidRowError
from tsloss_core.tuning.rendering import TokenRow

Grader = Literal["exact_match", "numeric", "multiple_choice"]

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def choose_grader(asked: str, rows: Sequence[TokenRow]) -> Grader:
    """Return the grader of these rows; "auto" looks at what all of them have.

    Raises InvalidRowError if the grader that was asked for does not fit a row.
    """
    if asked == "auto":
        if all(row.choices for row in rows):
            return "multiple_choice"
        numeric = all(last_number(row.row.completion) is not None for row in rows)
        return "numeric" if numeric else "exact_match"
    for row in rows:
        _check_fits(asked, row)
    return asked  # type: ignore[return-value]


def _check_fits(grader: str, row: TokenRow) -> None:
    if grader == "multiple_choice" and not row.choices:
        raise InvalidRowError("the grader multiple_choice needs `choices`", row.line)
    if grader == "numeric" and last_number(row.row.completion) is None:
        raise InvalidRowError("the grader numeric needs a number in the answer", row.line)


def is_correct(grader: Grader, expected: str, predicted: str) -> bool:
    """Compare texts: without white space at the ends, or by the last number in each."""
    if grader == "numeric":
        wanted = last_number(expected)
        return wanted is not None and last_number(predicted) == wanted
    return predicted.strip() == expected.strip()


def last_number(text: str) -> float | None:
    """Return the last number in a text ("#### 1,200" is 1200), or None."""
    found = _NUMBER.findall(text)
    return float(found[-1].replace(",", "")) if found else None
