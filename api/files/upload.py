"""Checks an upload line by line before anything is stored."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from api.errors import ApiError
from api.files.schemas import UploadPurpose
from store.settings import Settings
from tsloss_core.spec import RowError, parse_row

POINT_CLOUD_ENDINGS = (".npy", ".safetensors", ".csv")


def check_upload(
    file: BinaryIO, size: int, filename: str, purpose: UploadPurpose, settings: Settings
) -> int | None:
    """Return the number of training rows, or None for a point cloud.

    Raises a 413 over the size limit and a 422 that names the line for anything that is no data
    file.
    """
    if size > settings.max_file_bytes:
        raise _refused(f"{size} bytes, over the limit of {settings.max_file_bytes}", 413)
    if size == 0:
        raise _refused("the file is empty")
    if purpose == "point-cloud":
        _check_point_cloud(filename)
        return None
    return _count_rows(file, settings.max_file_rows)


def _check_point_cloud(filename: str) -> None:
    if not filename.lower().endswith(POINT_CLOUD_ENDINGS):
        raise _refused(f"a point cloud must end in one of {', '.join(POINT_CLOUD_ENDINGS)}")


def _count_rows(file: BinaryIO, limit: int) -> int:
    rows = 0
    for rows, text in enumerate(_lines(file), start=1):
        if rows > limit:
            raise _refused(f"more than {limit} rows, the limit", 413)
        try:
            parse_row(text, rows)
        except RowError as error:
            raise _refused(str(error)) from None
    return rows


def _lines(file: BinaryIO) -> Iterator[str]:
    """Lines of UTF-8 text. A mark of the byte order at the start is no part of the first one."""
    for number, line in enumerate(file, start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise _refused(f"line {number}: not UTF-8") from None
        yield text.rstrip("\r\n")


def _refused(message: str, status: int = 422) -> ApiError:
    return ApiError(status, message, param="file", code="invalid_file")


@contextmanager
def spooled(file: BinaryIO) -> Iterator[Path]:
    """Yield a path with the upload's bytes."""
    with tempfile.NamedTemporaryFile() as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.flush()
        yield Path(copy.name)
