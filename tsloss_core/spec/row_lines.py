"""Reads a data file line by line, in memory that does not grow with the file."""

from collections.abc import Iterator
from typing import BinaryIO

from tsloss_core.spec.rows import RowError

MAX_ROW_BYTES = 1 << 20


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file. Raises RowError at one of more than MAX_ROW_BYTES bytes."""
    number = 0
    while line := file.readline(MAX_ROW_BYTES + 1):
        number += 1
        if len(line) > MAX_ROW_BYTES:
            raise RowError(number, f"more than {MAX_ROW_BYTES} bytes, the limit of a row")
        yield line
