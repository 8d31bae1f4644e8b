"""Why a run ends without a result."""


class TuningError(Exception):
    """Base of what a run can fail with. `code` is what the job reports."""

    code = "internal"


class InvalidRowError(TuningError):
    """A row that this model cannot be trained or graded on. `line` counts from 1."""

    code = "invalid_data"

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class OutOfMemoryError(TuningError):
    """Not even one row fits into the device's memory."""

    code = "out_of_memory"


class DivergedError(TuningError):
    """The loss is no number any more, or far above what guessing costs."""

    code = "diverged"


class StateError(TuningError):
    """A resume state that this version or this configuration cannot go on from."""
