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
    """Norms of the points, cosines of pairs, and how far points moved since the last and first."""

    mean_norm: float
    min_norm: float | None = None
    max_norm: float
    mean_cosine: float | None
    min_cosine: float | None = None
    max_cosine: float | None = None
    mean_displacement: float | None
    max_displacement: float | None = None
    mean_drift: float | None = None


class BettiCurve(Reported):
    """How many bars are alive at each of some lengths."""

    lengths: list[float]
    counts: list[int]


class TokenMeasures(Reported):
    """The norm of each virtual token, and how far it moved since the first snapshot."""

    norm: list[float]
    drift: list[float] | None


class StructuralMeasures(Reported):
    """The measures of one cloud: a diagram and a Betti curve for each dimension, and geometry."""

    h0: DiagramMeasures | None = None
    h1: DiagramMeasures | None = None
    h2: DiagramMeasures | None = None
    betti: dict[str, BettiCurve] | None = None
    geometry: GeometryMeasures | None = None
    tokens: TokenMeasures | None = None


class AnalysisOutcome(Reported):
    """How many clouds were analysed."""

    clouds: int | None = None
