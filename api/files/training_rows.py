"""Checks a training file row by row, in memory that does not grow with the file."""

from typing import BinaryIO

from api.files.refusal import refused
from tsloss_core.spec import RowError, parse_row

MAX_ROW_BYTES = 1 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def count_rows(file: BinaryIO, max_rows: int) -> int:
    """Return the number of training rows in a JSON Lines file.

    A byte order mark, either line ending and blank lines at the end are fine. Raises a 422 that
    names the first line which is no row (from 1), and one for no row or more than `max_rows`.
    """
    rows = 0
    ended = False
    while line := file.readline(MAX_ROW_BYTES + 1):
        if not line.strip():
            ended = True
            continue
        rows += 1
        if ended:
            raise refused(f"line {rows}: a blank line among the rows")
        _check_row(line.removeprefix(_BYTE_ORDER_MARK) if rows == 1 else line, rows, max_rows)
    if rows == 0:
        raise refused("the file has no rows")
    return rows


def _check_row(line: bytes, number: int, max_rows: int) -> None:
    if number > max_rows:
        raise refused(f"line {number}: row {number} is over the limit of {max_rows} rows")
    if len(line) > MAX_ROW_BYTES:
        raise refused(f"line {number}: the row is over the limit of {MAX_ROW_BYTES} bytes")
    try:
        parse_row(line.decode("utf-8"), number)
    except UnicodeDecodeError as error:
        raise refused(f"line {number}: not UTF-8 at byte {error.start + 1}") from None
    except RowError as error:
        raise refused(str(error)) from None
