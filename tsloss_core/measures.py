"""What the measures of a prompt's shape are called, in reports and figures alike."""

MEASURES: dict[str, str] = {
    "h0.count": "number of H0 bars",
    "h0.mean_lifetime": "mean H0 lifetime",
    "h0.max_lifetime": "maximum H0 lifetime",
    "h0.persistent_entropy": "H0 persistent entropy",
    "h1.count": "number of H1 bars",
    "h1.mean_lifetime": "mean H1 lifetime",
    "h1.max_lifetime": "maximum H1 lifetime",
    "h1.persistent_entropy": "H1 persistent entropy",
    "geometry.mean_norm": "mean token norm",
    "geometry.mean_cosine": "mean cosine between tokens",
}
"""The paper's structural measures, and two that are no topology at all.

Lifetimes and norms are in units of the embeddings, entropies in nats."""
