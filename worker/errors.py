"""How a run ends other than by success."""


class JobFailedError(Exception):
    """The job cannot succeed. `code` and the message are for its owner."""

    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.param = param


class RunStoppedError(Exception):
    """The run was asked to end."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StorageAwayError(Exception):
    """The artifact storage was away for longer than a run waits. No fault of the job."""
