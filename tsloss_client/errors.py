"""Why a call brought no result."""


class ClientError(Exception):
    """Base of everything that a call raises. The message is one line, fit for a person."""


class UnreachableError(ClientError):
    """No answer came: the service is away, is starting, or the connection broke."""


class TimedOutError(ClientError):
    """What was waited for did not come in the time given."""


class FaultError(ClientError):
    """The service failed by itself (a 5xx), or answered with what this client cannot read."""


class RefusedError(ClientError):
    """The service understood and refused: a 4xx.

    `status` is the HTTP status, `param` the field as a dotted path, `code` the reason for programs.
    """

    def __init__(
        self, status: int, message: str, param: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.param = param
        self.code = code
