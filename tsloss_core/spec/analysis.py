"""What an analysis looks at, and how."""

from pydantic import Field, field_validator, model_validator

from tsloss_core.spec.base import Spec

MAX_INPUTS = 16
MAX_CHECKPOINTS = 1000
FEWEST_POINTS = 2
"""A single point has no shape."""

FEWEST_NULLS = 19
"""With fewer, the smallest p of a comparison with them, 1 / (1 + number), is above 0.05."""


class AnalysisSettings(Spec):
    """How persistent homology is computed for every cloud, and what a run is compared with."""

    max_dimension: int = Field(1, ge=0, le=2, description="Highest homology dimension.")
    max_edge_length: float | None = Field(
        None, gt=0, description="Longest edge of the Vietoris-Rips complex; null for no bound."
    )
    null_trajectories: int = Field(
        19,
        ge=0,
        le=99,
        description="Task-free runs that structure and performance are compared with: none, or "
        "19 and more, as fewer allow no p of 0.05.",
        json_schema_extra={"not": {"enum": [*range(1, FEWEST_NULLS)]}},
    )

    @field_validator("null_trajectories")
    @classmethod
    def _enough_nulls(cls, value: int) -> int:
        if 0 < value < FEWEST_NULLS:
            raise ValueError(
                f"must be 0 or at least {FEWEST_NULLS}: with {value} the smallest possible p is "
                f"1/{value + 1}, and no relation could survive"
            )
        return value


class AnalysisInput(Spec):
    """An uploaded point cloud, or a tuning job: all of its checkpoints, or those named."""

    point_cloud_file: str | None = None
    fine_tuning_job: str | None = None
    checkpoints: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "AnalysisInput":
        if (self.point_cloud_file is None) == (self.fine_tuning_job is None):
            raise ValueError("give either point_cloud_file or fine_tuning_job")
        return self


class AnalysisSpec(Spec):
    """What an analysis job stores."""

    inputs: tuple[AnalysisInput, ...] = Field(min_length=1, max_length=MAX_INPUTS)
    settings: AnalysisSettings = AnalysisSettings()
