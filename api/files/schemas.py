"""Files as clients send and see them."""

from typing import Literal

from fastapi import UploadFile
from pydantic import BaseModel

from api.schemas import RequestModel, unix
from store.schema import File

UploadPurpose = Literal["fine-tune", "point-cloud"]
Purpose = Literal["fine-tune", "point-cloud", "fine-tune-results"]


class UploadForm(RequestModel):
    """The multipart form of an upload."""

    file: UploadFile
    purpose: UploadPurpose


class FileObject(BaseModel):
    """A file. `rows` counts the training rows of a data file, or the points of a cloud."""

    id: str
    object: Literal["file"] = "file"
    bytes: int
    created_at: int
    filename: str
    purpose: Purpose
    status: Literal["processed"] = "processed"
    rows: int | None


def file_object(file: File) -> FileObject:
    """Return a file as its answer."""
    return FileObject(
        id=file.id,
        bytes=file.bytes,
        created_at=unix(file.created_at),
        filename=file.filename,
        purpose=file.purpose,
        rows=file.rows,
    )
