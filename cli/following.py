"""Waits for a job or an analysis and shows how it gets on."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console

from cli.errors import ServiceFailedError
from cli.progress import Bar

if TYPE_CHECKING:
    from tsloss_client.objects import Work

WorkT = TypeVar("WorkT", bound="Work")


def follow(
    looks: Iterator[WorkT], console: Console, check: Callable[[], None] = lambda: None
) -> WorkT:
    """Show each look of `looks` and return the last one, whatever it came to.

    `check` is asked at each look and may raise.
    """
    with Bar(console) as bar:
        for work in looks:
            check()
            bar.show(work.status, work.progress)
    return work


def succeeded(work: WorkT) -> WorkT:
    """Return it if it succeeded. Raises ServiceFailedError with the reason."""
    if work.status != "succeeded":
        reason = work.status if work.error is None else f"{work.error.code}: {work.error.message}"
        raise ServiceFailedError(f"{work.id} did not succeed: {reason}")
    return work
