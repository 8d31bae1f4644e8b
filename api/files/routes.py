"""Uploading, listing, reading and deleting files."""

from typing import Annotated
from urllib.parse import quote
from uuid import uuid4

from fastapi import APIRouter, BackgroundTasks, Form, Query, UploadFile
from fastapi.responses import StreamingResponse

from api.dependencies import After, ArtifactsDep, Limit, SessionDep, SettingsDep
from api.files.schemas import FileObject, UploadPurpose, file_object
from api.files.upload import check_upload, spooled
from api.schemas import Deleted, ListOf, list_of
from api.security import ReaderDep, WriterDep
from store.files import Files

router = APIRouter(prefix="/v1/files", tags=["files"])

MAX_FILENAME = 255


@router.post("", operation_id="create_file")
def create_file(
    caller: WriterDep,
    session: SessionDep,
    artifacts: ArtifactsDep,
    settings: SettingsDep,
    file: UploadFile,
    purpose: Annotated[UploadPurpose, Form()],
) -> FileObject:
    """Upload training rows (JSON Lines) or a point cloud. Nothing is stored of a bad one."""
    filename = (file.filename or "upload")[-MAX_FILENAME:]
    size = file.size or 0
    rows = check_upload(file.file, size, filename, purpose, settings)
    key = f"{caller.project_id}/files/{uuid4().hex}"
    with spooled(file.file) as path:
        artifacts.put_file(key, path)
    stored = Files(session, caller.project_id).add(purpose, filename, size, rows, key)
    return file_object(stored)


@router.get("", operation_id="list_files")
def list_files(
    caller: ReaderDep,
    session: SessionDep,
    purpose: Annotated[str | None, Query(max_length=32)] = None,
    after: After = None,
    limit: Limit = 20,
) -> ListOf[FileObject]:
    """List files, newest first."""
    return list_of(Files(session, caller.project_id).page(purpose, after, limit), file_object)


@router.get("/{file_id}", operation_id="retrieve_file")
def retrieve_file(caller: ReaderDep, session: SessionDep, file_id: str) -> FileObject:
    """Return a file's row."""
    return file_object(Files(session, caller.project_id).get(file_id))


@router.get(
    "/{file_id}/content",
    operation_id="download_file",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def download_file(
    caller: ReaderDep, session: SessionDep, artifacts: ArtifactsDep, file_id: str
) -> StreamingResponse:
    """Stream a file's bytes."""
    file = Files(session, caller.project_id).get(file_id)
    headers = {
        "Content-Length": str(file.bytes),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.filename, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }
    content = artifacts.stream(file.artifact_key)
    return StreamingResponse(content, media_type="application/octet-stream", headers=headers)


@router.delete("/{file_id}", operation_id="delete_file")
def delete_file(
    caller: WriterDep,
    session: SessionDep,
    artifacts: ArtifactsDep,
    after_commit: BackgroundTasks,
    file_id: str,
) -> Deleted:
    """Delete a file. One that an unfinished job needs stays (409)."""
    file = Files(session, caller.project_id).delete(file_id)
    after_commit.add_task(artifacts.delete, file.artifact_key)
    return Deleted(id=file_id, object="file")
