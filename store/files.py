"""Files of a project."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from store.errors import ConflictError, LimitError, NotFoundError
from store.ids import among, new_id
from store.pages import Page, read_page
from store.projects import hold_project
from store.schema import FINAL, File, Job, TunedModel


class Files:
    """The files that one project sees."""

    def __init__(self, session: Session, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    def add(
        self,
        purpose: str,
        filename: str,
        size: int,
        rows: int | None,
        artifact_key: str,
        max_storage_bytes: int,
    ) -> File:
        """Store the row of a file whose bytes are in artifact storage.

        Raises LimitError if the project's files take more than `max_storage_bytes` with it.
        """
        hold_project(self._session, self._project_id)
        self.check_room(size, max_storage_bytes)
        file = File(
            id=new_id("file"),
            project_id=self._project_id,
            purpose=purpose,
            filename=filename,
            bytes=size,
            rows=rows,
            artifact_key=artifact_key,
        )
        self._session.add(file)
        self._session.flush()
        return file

    def check_room(self, size: int, limit: int) -> None:
        """Raise LimitError if `size` more bytes are over the project's storage."""
        query = select(func.coalesce(func.sum(File.bytes), 0)).where(
            File.project_id == self._project_id
        )
        wanted = int(self._session.scalar(query) or 0) + size
        if wanted > limit:
            raise LimitError("bytes of the project's files", limit, wanted)

    def get(self, file_id: str) -> File:
        """Return a file. Raises NotFoundError."""
        return self._one(self._scoped(), file_id)

    def hold(self, file_id: str) -> File:
        """Return a file and keep it until this transaction ends. Raises NotFoundError."""
        return self._one(self._scoped().with_for_update(read=True), file_id)

    def hold_all(self, file_ids: Iterable[str]) -> set[str]:
        """Keep files until this transaction ends; return the ids of those that are there."""
        query = select(File.id).where(File.project_id == self._project_id, among(File.id, file_ids))
        return set(self._session.scalars(query.order_by(File.id).with_for_update(read=True)))

    def page(self, purpose: str | None, after: str | None, limit: int) -> Page[File]:
        """Return a page of files, newest first."""
        filters = [] if purpose is None else [File.purpose == purpose]
        return read_page(self._session, self._scoped(), File, after, limit, filters)

    def delete(self, file_id: str) -> File:
        """Remove a file's row. Raises NotFoundError; ConflictError while something needs it."""
        file = self._one(self._scoped().with_for_update(), file_id)
        users = select(Job.id, Job.status).where(
            or_(
                Job.training_file_id == file_id,
                Job.validation_file_id == file_id,
                _analyses_of(file_id),
            )
        )
        for job_id, status in self._session.execute(users):
            if status not in FINAL:
                raise ConflictError(f"File '{file_id}' is needed by unfinished job '{job_id}'.")
        self._refuse_if_tuned_prompt(file)
        self._session.delete(file)
        return file

    def _refuse_if_tuned_prompt(self, file: File) -> None:
        query = select(TunedModel.id).where(TunedModel.artifact_key == file.artifact_key)
        model_id = self._session.scalar(query)
        if model_id is not None:
            raise ConflictError(f"File '{file.id}' is the prompt of model '{model_id}'.")

    def _one(self, query: Select[File], file_id: str) -> File:
        file = self._session.scalar(query.where(File.id == file_id))
        if file is None:
            raise NotFoundError("file", file_id)
        return file

    def _scoped(self) -> Select[File]:
        return select(File).where(File.project_id == self._project_id)


def _analyses_of(file_id: str) -> ColumnElement[bool]:
    source = {"point_cloud_file": file_id}
    return and_(Job.kind == "analysis", Job.spec["inputs"].contains([source]))
