"""Base models and tuned ones."""

from fastapi import APIRouter

from api.dependencies import CatalogueDep, PathId, SessionDep
from api.models.schemas import ModelObject, base_model_object, tuned_model_object
from api.schemas import Deleted, ListOf
from api.security import ReaderDep, WriterDep
from store.tuned_models import TunedModels

router = APIRouter(prefix="/v1/models", tags=["models"])


@router.get("")
def list_models(
    caller: ReaderDep, session: SessionDep, catalogue: CatalogueDep
) -> ListOf[ModelObject]:
    """List the base models, then the caller's tuned ones, newest first."""
    base = [base_model_object(entry) for entry in catalogue.all()]
    tuned = [tuned_model_object(row) for row in TunedModels(session, caller.project_id).all()]
    return ListOf(data=base + tuned)


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
