"""Uploading, listing, reading and deleting files."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form
from fastapi.responses import StreamingResponse

from api.content import send_download
from api.dependencies import After, ArtifactsDep, Limit, PathId, SessionDep, SettingsDep
from api.files.schemas import FileObject, Purpose, UploadForm, file_object
from api.files.upload import store_upload
from api.links import next_operations
from api.schemas import Deleted, ListOf, list_of
from api.security import ReaderDep, WriterDep
from store.files import Files

router = APIRouter(prefix="/v1/files", tags=["files"])


@router.post(
    "", responses=next_operations("file_id", "retrieve_file", "download_file", "delete_file")
)
def create_file(
    caller: WriterDep,
    session: SessionDep,
    artifacts: ArtifactsDep,
    settings: SettingsDep,
    form: Annotated[UploadForm, Form(media_type="multipart/form-data")],
) -> FileObject:
    """Upload training rows (JSON Lines) or a point cloud. Nothing is stored of a bad one."""
    return file_object(store_upload(session, caller.project_id, form, artifacts, settings))


@router.get("")
def list_files(
    caller: ReaderDep,
    session: SessionDep,
    purpose: Purpose | None = None,
    after: After = None,
    limit: Limit = 20,
) -> ListOf[FileObject]:
    """List files, newest first."""
    return list_of(Files(session, caller.project_id).page(purpose, after, limit), file_object)


@router.get("/{file_id}")
def retrieve_file(caller: ReaderDep, session: SessionDep, file_id: PathId) -> FileObject:
    """Return a file's row."""
    return file_object(Files(session, caller.project_id).get(file_id))


@router.get(
    "/{file_id}/content",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def download_file(
    caller: ReaderDep, session: SessionDep, artifacts: ArtifactsDep, file_id: PathId
) -> StreamingResponse:
    """Stream a file's bytes."""
    file = Files(session, caller.project_id).get(file_id)
    return send_download(artifacts.stream(file.artifact_key), file.filename, file.bytes)


@router.delete("/{file_id}")
def delete_file(
    caller: WriterDep,
    session: SessionDep,
    artifacts: ArtifactsDep,
    after_commit: BackgroundTasks,
    file_id: PathId,
) -> Deleted:
    """Delete a file. One that an unfinished job needs stays (409)."""
    file = Files(session, caller.project_id).delete(file_id)
    after_commit.add_task(artifacts.delete, file.artifact_key)
    return Deleted(id=file_id, object="file")
