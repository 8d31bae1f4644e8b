"""Logs as JSON lines that say what they are about."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from store.logs import JsonFormatter, logging_about


@pytest.fixture
def lines() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


def _read(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


class TestJsonFormatter:
    def test_a_line_says_what_it_is_about(self, lines: tuple[logging.Logger, io.StringIO]) -> None:
        logger, written = lines
        with logging_about(request="req_1"), logging_about(job="ftjob-1", attempt=2):
            logger.warning("it %s", "happened")
        logger.warning("later")
        first, second = _read(written)
        assert (first["request"], first["job"], first["attempt"]) == ("req_1", "ftjob-1", 2)
        assert (first["message"], first["level"]) == ("it happened", "warning")
        assert "job" not in second

    def test_text_of_a_stranger_stays_on_its_line(
        self, lines: tuple[logging.Logger, io.StringIO]
    ) -> None:
        logger, written = lines
        logger.warning("name: %s", 'a"\n{"level": "error"}\u2028\x1b[2J')
        (line,) = _read(written)
        assert line["level"] == "warning"
        assert "\x1b" not in written.getvalue()

    def test_an_exception_comes_with_its_trace(
        self, lines: tuple[logging.Logger, io.StringIO]
    ) -> None:
        logger, written = lines
        try:
            raise RuntimeError("no")
        except RuntimeError:
            logger.exception("failed")
        (line,) = _read(written)
        assert "RuntimeError: no" in line["error"]
