"""Settings of an analysis of prompts as point clouds."""

from pydantic import Field

from tsloss_core.spec.base import Spec


class AnalysisSettings(Spec):
    """How persistent homology is computed for every cloud of an analysis."""

    max_dimension: int = Field(1, ge=0, le=2, description="Highest homology dimension.")
    max_edge_length: float | None = Field(
        None, gt=0, description="Longest edge of the Vietoris-Rips complex; null for no bound."
    )
