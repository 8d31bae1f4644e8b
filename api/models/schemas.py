"""Models as clients see them."""

from typing import Literal

from pydantic import BaseModel

from api.schemas import unix
from store.catalogue import BaseModelEntry
from store.schema import TunedModel

OPERATOR = "operator"


class ModelObject(BaseModel):
    """A base model of the operator's catalogue, or one with a tuned prompt.

    `base_model` and `fine_tuning_job` are null for a base model.
    """

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str
    base_model: str | None = None
    fine_tuning_job: str | None = None
    max_row_tokens: int | None = None
    max_virtual_tokens: int | None = None


def base_model_object(entry: BaseModelEntry) -> ModelObject:
    """Return a catalogue entry as its answer; the path of its weights is the operator's affair."""
    return ModelObject(
        id=entry.id,
        created=0,
        owned_by=OPERATOR,
        max_row_tokens=entry.max_row_tokens,
        max_virtual_tokens=entry.max_virtual_tokens,
    )


def tuned_model_object(model: TunedModel) -> ModelObject:
    """Return a tuned model as its answer."""
    return ModelObject(
        id=model.id,
        created=unix(model.created_at),
        owned_by=model.project_id,
        base_model=model.base_model_id,
        fine_tuning_job=model.job_id,
    )
