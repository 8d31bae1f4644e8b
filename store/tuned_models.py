"""Tuned models of a project: a base model and the prompt that a job tuned for it."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from store.errors import NotFoundError
from store.pages import Page, read_page
from store.schema import Job, TunedModel


class TunedModels:
    """The tuned models that one project sees."""

    def __init__(self, session: Session, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    def page(self, after: str | None, limit: int) -> Page[TunedModel]:
        """Return a page of tuned models, newest first."""
        return read_page(self._session, self._scoped(), TunedModel, after, limit)

    def get(self, model_id: str) -> TunedModel:
        """Return a tuned model. Raises NotFoundError."""
        row = self._session.scalar(self._scoped().where(TunedModel.id == model_id))
        if row is None:
            raise NotFoundError("model", model_id)
        return row

    def delete(self, model_id: str) -> None:
        """Forget a tuned model; its job and result files stay. Raises NotFoundError."""
        self._session.delete(self.get(model_id))

    def _scoped(self) -> Select[TunedModel]:
        return select(TunedModel).where(TunedModel.project_id == self._project_id)


def add_tuned_model(session: Session, job: Job, artifact_key: str) -> TunedModel:
    """Name the model that a job tuned: `st:<base>:<suffix>:<end of the job's id>`."""
    parts = ["st", str(job.model_id), job.suffix or "", job.id[-8:]]
    row = TunedModel(
        id=":".join(parts),
        project_id=job.project_id,
        job_id=job.id,
        base_model_id=str(job.model_id),
        artifact_key=artifact_key,
    )
    session.add(row)
    session.flush()
    return row
