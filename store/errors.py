"""What a query or a transition refuses, in words that a client may read."""


class StoreError(Exception):
    """Base of everything that the store refuses."""


class NotFoundError(StoreError):
    """No such row in the caller's project."""

    def __init__(self, what: str, row_id: str) -> None:
        super().__init__(f"No {what} with id '{row_id}'.")


class ConflictError(StoreError):
    """The row's state does not allow what was asked."""


class LimitError(StoreError):
    """A limit of the project is reached."""

    def __init__(self, name: str, limit: int, value: int) -> None:
        super().__init__(f"{name}: {value} is over the limit of {limit}.")


class LeaseLostError(StoreError):
    """The run's lease is no longer its own: another attempt or an end came first."""
