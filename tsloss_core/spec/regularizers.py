"""The regularisers of a soft prompt and their parameters, each with its default and bounds."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tsloss_core.spec.base import Alternative
from tsloss_core.spec.fields import Seed
from tsloss_core.spec.weighting import ConstantWeighting, WeightingSpec

Weight = Annotated[float, Field(ge=0, le=1e9)]


class RegularizerSpec(Alternative):
    """What every regulariser has: its weight and the weight's course."""

    weight: Weight = Field(1.0, description="lambda_ts of equation 6; the paper uses 1.")
    weighting: WeightingSpec = ConstantWeighting()


class TopologicalSpec(RegularizerSpec):
    """Weights of the H0 and H1 terms (equation 6; the paper uses 1 for both)."""

    beta_h0: Weight = 1.0
    beta_h1: Weight = 1.0


class TSLossParameters(TopologicalSpec):
    """Parameters of equations 1 to 5. The paper gives alpha; the others are our choice."""

    alpha: float = Field(10.0, gt=0, le=1e4, description="Sharpness of the soft quantiles (4, 5).")
    tau: float = Field(0.1, gt=0, le=1e4, description="Temperature of the soft minimum (1).")
    l_repel: Weight = Field(1.0, description="Weight of the repulsion in (3).")
    l_attract: Weight = Field(1.0, description="Weight of the attraction in (3).")
    include_self_distances: bool = Field(
        False, description="Sum over j = i too and divide by n^2, as the paper prints it."
    )


class TSLossSpec(TSLossParameters):
    """Equations 1 to 6 of arXiv 2602.16500, diagonal masked unless told otherwise."""

    type: Literal["tsloss"] = "tsloss"


class ScaleFreeTSLossSpec(TSLossParameters):
    """The same on D / mean(D), so that tau and alpha mean the same at every embedding width."""

    type: Literal["tsloss_scale_free"] = "tsloss_scale_free"


class PersistenceSpec(TopologicalSpec):
    """Exact Vietoris-Rips persistence of D / mean(D)."""

    type: Literal["persistence"] = "persistence"
    h0_measure: Literal["variance", "total"] = "variance"
    h1_measure: Literal["total", "count_above"] = "total"
    h1_power: float = Field(2.0, ge=1, le=10, description="p of the sum of lifetime^p.")
    h1_floor: float = Field(
        0.05, ge=0, le=1e3, description="Lifetime floor of `count_above`, in units of mean(D)."
    )
    h1_softness: float = Field(
        0.01, gt=0, le=1e3, description="Width of the soft step of `count_above`."
    )


class L2Spec(RegularizerSpec):
    """Mean squared norm of the virtual tokens: our definition of the paper's baseline."""

    type: Literal["l2"] = "l2"


class PairwiseSpec(RegularizerSpec):
    """Mean off-diagonal squared distance: our definition of the paper's baseline."""

    type: Literal["pairwise"] = "pairwise"


class EquidistanceSpec(RegularizerSpec):
    """Control: variance of all off-diagonal distances over their squared mean."""

    type: Literal["equidistance"] = "equidistance"


def _with_type(reference: Any) -> Any:
    """A group with a `type` asks for it wherever it stands."""
    if isinstance(reference, dict) and "type" not in reference:
        raise ValueError("its type is missing")
    return reference


class RandomDirectionSpec(RegularizerSpec):
    """Control: a random direction, anew at each step, scaled to the gradient norm of `tsloss`."""

    type: Literal["random_direction"] = "random_direction"
    reference: Annotated[TSLossSpec, BeforeValidator(_with_type)] = TSLossSpec()
    seed: Seed = 0


class NoRegularizerSpec(Alternative):
    """Cross-entropy alone."""

    type: Literal["none"] = "none"


AnyRegularizerSpec = Annotated[
    TSLossSpec
    | ScaleFreeTSLossSpec
    | PersistenceSpec
    | L2Spec
    | PairwiseSpec
    | EquidistanceSpec
    | RandomDirectionSpec
    | NoRegularizerSpec,
    Field(discriminator="type"),
]
