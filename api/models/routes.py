"""Base models and tuned ones."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import After, CatalogueDep, PathId, SessionDep
from api.models.schemas import ModelObject, base_model_object, tuned_model_object
from api.schemas import Deleted, ListOf
from api.security import ReaderDep, WriterDep
from store.tuned_models import TunedModels

MOST_MODELS = 1000
"""Clients of the OpenAI API know no pages of models, so one page is large."""

ModelLimit = Annotated[int, Query(ge=1, le=MOST_MODELS)]

router = APIRouter(prefix="/v1/models", tags=["models"])


@router.get("")
def list_models(
    caller: ReaderDep,
    session: SessionDep,
    catalogue: CatalogueDep,
    after: After = None,
    limit: ModelLimit = MOST_MODELS,
) -> ListOf[ModelObject]:
    """List the base models, then the caller's tuned ones, newest first.

    `limit` counts the tuned ones; after one of those no base model is listed again.
    """
    base = [base_model_object(entry) for entry in catalogue.all()] if after is None else []
    page = TunedModels(session, caller.project_id).page(after, limit)
    tuned = [tuned_model_object(row) for row in page.rows]
    return ListOf(data=base + tuned, has_more=page.has_more)


@router.get("/{model_id}")
def retrieve_model(
    caller: ReaderDep, session: SessionDep, catalogue: CatalogueDep, model_id: PathId
) -> ModelObject:
    """Return a model."""
    if model_id.startswith("st:"):
        return tuned_model_object(TunedModels(session, caller.project_id).get(model_id))
    return base_model_object(catalogue.get(model_id))


@router.delete("/{model_id}")
def delete_model(caller: WriterDep, session: SessionDep, model_id: PathId) -> Deleted:
    """Forget a tuned model. Its job and result files stay; base models are the operator's."""
    TunedModels(session, caller.project_id).delete(model_id)
    return Deleted(id=model_id, object="model")
