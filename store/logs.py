"""Logs as one JSON object a line, with the request or the job that each line is about."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_about: ContextVar[dict[str, str | int]] = ContextVar("about", default={})  # noqa: B039


class JsonFormatter(logging.Formatter):
    """`time`, `level`, `logger`, `message`, `error` with its trace, and what the line is about."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a line without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_about.get(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        # ASCII alone: some readers of logs end a line at U+2028 and its like too.
        return json.dumps(line, default=str)


def configure_logging() -> None:
    """Send every log of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "celery", "celery.task"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # One line per request is ours, with its id; uvicorn's has none.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("httpx").setLevel(logging.WARNING)


@contextmanager
def logging_about(**what: str | int) -> Iterator[None]:
    """Let every line logged inside say what it is about, as `job="ftjob-..."`."""
    token = _about.set({**_about.get(), **what})
    try:
        yield
    finally:
        _about.reset(token)
