"""What a query or a transition refuses, in words that a client may read."""

from collections.abc import Iterable


class StoreError(Exception):
    """Base of everything that the store refuses."""


class NotFoundError(StoreError):
    """No such row in the caller's project."""

    def __init__(self, what: str, row_id: str) -> None:
        super().__init__(f"No {what} with id '{row_id}'.")


class SourceGoneError(NotFoundError):
    """What a job is to read was deleted; `param` is the field of the request that named it."""

    def __init__(self, kind: str, row_id: str, param: str) -> None:
        super().__init__(kind, row_id)
        self.kind = kind
        self.param = param


class OldServerError(StoreError):
    """The database's server lacks what the service needs."""


class ConflictError(StoreError):
    """The row's state does not allow what was asked."""


class UnfinishedSourceError(ConflictError):
    """A job that is to be analysed goes on; `param` is the field of the request that named it."""

    def __init__(self, job_id: str, status: str, final: Iterable[str], param: str) -> None:
        super().__init__(
            f"{param}: job '{job_id}' is {status}; its snapshots are complete once it is one of "
            f"{', '.join(final)}."
        )
        self.param = param


class LimitError(StoreError):
    """A limit of the project is reached."""

    def __init__(self, name: str, limit: int, value: int) -> None:
        super().__init__(f"{name}: {value} is over the limit of {limit}.")


class LeaseLostError(StoreError):
    """The run's lease is no longer its own: another attempt or an end came first."""
