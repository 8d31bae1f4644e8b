"""Runs as the comparison over runs takes them."""

from tsloss_core.analysis import RunRelations

ACCURACY, LOSS = "full_valid_accuracy", "train_loss"


def run_of(
    partial_rho: float | None,
    seed: int = 0,
    metric: str | None = ACCURACY,
    regularizer: str = "tsloss",
    null: float | None = None,
) -> RunRelations:
    """Return a run with one relation, named by its seed."""
    control = None if null is None else {"partial_rho": {"median": null}}
    relations = [{"measure": "h1.count", "partial_rho": partial_rho, "null": control}]
    setting = {"model": "tiny", "regulariser": regularizer}
    return RunRelations(f"run-{seed}", metric, seed, setting, relations)


def runs_of(*rhos: float | None) -> list[RunRelations]:
    """Return runs that differ by seed alone, one per partial rho."""
    return [run_of(rho, seed) for seed, rho in enumerate(rhos)]
