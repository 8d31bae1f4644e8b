"""The structural measures of a point cloud, as clients see them."""

from api.schemas import Reported


class DiagramMeasures(Reported):
    """Measures of the finite bars in one dimension; `count` alone counts the essential bars too.

    Null is a measure without meaning, such as the mean of no bars. Lifetimes are in units of the
    distances, entropies in nats.
    """

    count: int
    essential_count: int
    mean_lifetime: float | None
    max_lifetime: float | None
    total_lifetime: float
    lifetime_variance: float | None
    persistent_entropy: float | None
    normalized_persistent_entropy: float | None


class GeometryMeasures(Reported):
    """Norms of the points, cosines of pairs, and the mean way that a point moved since the last."""

    mean_norm: float
    max_norm: float
    mean_cosine: float | None
    mean_displacement: float | None


class StructuralMeasures(Reported):
    """The measures of one cloud: a diagram for each dimension that was computed, and geometry."""

    h0: DiagramMeasures | None = None
    h1: DiagramMeasures | None = None
    h2: DiagramMeasures | None = None
    geometry: GeometryMeasures | None = None


class AnalysisOutcome(Reported):
    """How many clouds were analysed."""

    clouds: int | None = None
