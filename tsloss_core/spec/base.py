"""What every settings model shares: immutable, no unknown field, no NaN or infinity."""

from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic_core import CoreSchema


class Spec(BaseModel):
    """A group of settings of a job, as a client sends it and as the job object shows it."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, validate_default=True
    )


class Alternative(Spec):
    """One of several groups of settings, told apart by `type`."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Say that `type` must be sent: the default is for Python, the choice needs it."""
        schema = handler(core_schema)
        resolved = handler.resolve_ref_schema(schema)
        resolved["required"] = sorted({*resolved.get("required", []), "type"})
        return schema
