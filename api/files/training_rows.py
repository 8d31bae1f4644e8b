"""Checks a training file row by row, in memory that does not grow with the file."""

from collections.abc import Iterator
from typing import BinaryIO

from api.files.refusal import refused
from tsloss_core.spec import RowError, parse_rows

MAX_ROW_BYTES = 1 << 20


def count_rows(file: BinaryIO, max_rows: int) -> int:
    """Return the number of training rows in a JSON Lines file.

    Raises a 422 that names the first line which is no row, and one for no row at all or for more
    than `max_rows`.
    """
    rows = 0
    try:
        for rows, _ in enumerate(parse_rows(_lines(file)), start=1):
            if rows > max_rows:
                raise refused(f"line {rows}: {rows} rows or more; the limit is {max_rows}")
    except RowError as error:
        raise refused(str(error)) from None
    if rows == 0:
        raise refused("the file has no rows")
    return rows


def _lines(file: BinaryIO) -> Iterator[bytes]:
    number = 0
    while line := file.readline(MAX_ROW_BYTES + 1):
        number += 1
        if len(line) > MAX_ROW_BYTES:
            message = f"more than {MAX_ROW_BYTES} bytes, the limit of a row"
            raise RowError(number, message)
        yield line
