"""Takes a file in: checks its name, size and content, then stores the bytes and their row."""

import re
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from api.errors import ApiError
from api.files.point_clouds import count_points
from api.files.refusal import refused
from api.files.schemas import UploadForm, UploadPurpose
from api.files.training_rows import count_rows
from store.artifacts import Artifacts
from store.errors import LimitError
from store.files import Files
from store.ids import new_id
from store.schema import File
from store.settings import Settings

MAX_FILENAME = 255


def store_upload(
    session: Session, project_id: str, form: UploadForm, artifacts: Artifacts, settings: Settings
) -> File:
    """Return the row of a new file. Raises a 413 or 422, and stores nothing then."""
    file = form.file.file
    filename = _display_name(form.file.filename or "")
    size = _measured(file, settings.max_file_bytes)
    Files(session, project_id).check_room(size, settings.max_storage_bytes)
    rows = _check_content(file, filename, form.purpose, settings)
    key = f"{project_id}/uploads/{new_id('file')}"
    _store_bytes(artifacts, key, file)
    try:
        return Files(session, project_id).add(
            form.purpose, filename, size, rows, key, settings.max_storage_bytes
        )
    except LimitError:
        # Another upload has taken the room meanwhile.
        artifacts.delete(key)
        raise


def _check_content(
    file: BinaryIO, filename: str, purpose: UploadPurpose, settings: Settings
) -> int:
    """Return the training rows, or the points, of an upload."""
    file.seek(0)
    if purpose == "point-cloud":
        return count_points(file, filename, settings)
    return count_rows(file, settings.max_file_rows)


def _store_bytes(artifacts: Artifacts, key: str, file: BinaryIO) -> None:
    file.seek(0)
    with tempfile.NamedTemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        artifacts.put_file(key, Path(copy.name))


def _measured(file: BinaryIO, limit: int) -> int:
    size = file.seek(0, 2)
    if size > limit:
        message = f"The file has {size} bytes; the limit is {limit}."
        raise ApiError(413, message, param="file", code="file_too_large")
    return size


def _display_name(given: str) -> str:
    """Return the last part of a client's path. It is shown, and names nothing on a disk."""
    name = re.split(r"[\\/]", given)[-1].strip()
    if not name or not name.isprintable():
        raise refused("the file name is empty or has unprintable characters")
    if len(name) > MAX_FILENAME:
        raise refused(f"the file name has {len(name)} characters; the limit is {MAX_FILENAME}")
    return name
