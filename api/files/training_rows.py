"""Checks a training file row by row, in memory that does not grow with the file."""

from typing import BinaryIO

from api.files.refusal import refused
from tsloss_core.spec import RowError, parse_rows, read_lines


def count_rows(file: BinaryIO, max_rows: int) -> int:
    """Return the number of training rows in a JSON Lines file.

    Raises a 422 that names the first line which is no row, and one for no row at all or for more
    than `max_rows`.
    """
    rows = 0
    try:
        for rows, _ in enumerate(parse_rows(read_lines(file)), start=1):
            if rows > max_rows:
                raise refused(f"line {rows}: {rows} rows or more; the limit is {max_rows}")
    except RowError as error:
        raise refused(str(error)) from None
    if rows == 0:
        raise refused("the file has no rows")
    return rows
