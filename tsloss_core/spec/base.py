"""What every settings model shares: immutable, no unknown field, no NaN or infinity."""

from pydantic import BaseModel, ConfigDict


class Spec(BaseModel):
    """A group of settings of a job, as a client sends it and as the job object shows it."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, validate_default=True
    )
