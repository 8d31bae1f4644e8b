"""A fault that nobody has thought of, once."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
T = TypeVar("T")


def raising_once(function: Callable[Arguments, T]) -> Callable[Arguments, T]:
    """Return `function`, whose first call raises ZeroDivisionError."""
    calls: list[None] = []

    def wrapped(*args: Arguments.args, **kwargs: Arguments.kwargs) -> T:
        calls.append(None)
        if len(calls) == 1:
            raise ZeroDivisionError
        return function(*args, **kwargs)

    return wrapped
