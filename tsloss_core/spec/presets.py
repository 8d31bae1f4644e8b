"""Named sets of settings that a request can start from."""

from typing import Any

PAPER: dict[str, Any] = {
    "init": {"type": "normal", "std": 0.02},
    "regularizer": {"type": "tsloss", "weight": 1.0, "beta_h0": 1.0, "beta_h1": 1.0, "alpha": 10.0},
    "hyperparameters": {
        "n_epochs": 300,
        "batch_size": 8,
        "learning_rate": 5e-5,
        "warmup_ratio": 0.1,
        "weight_decay": 0.01,
        "epsilon": 1e-8,
        "max_gradient_norm": None,
    },
    "snapshots": {"every_epochs": 20},
}
"""Section V of arXiv 2602.16500, which looks at the structure every 20 epochs and does not speak of
clipping gradients."""

PRESETS = {"paper": PAPER}


def apply_preset(data: Any) -> Any:
    """Return `data` with what it leaves out taken from the preset it names.

    A field that the request gives wins. A `regularizer` or `init` without a type is of the
    preset's; one of another type replaces the preset's as a whole: its parameters would not fit.
    """
    name = data.get("preset") if isinstance(data, dict) else None
    if not isinstance(name, str) or name not in PRESETS:
        return data
    return merge_settings(PRESETS[name], data)


def merge_settings(base: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return `base` overlaid by `given`, group by group; a group of another `type` replaces it."""
    merged = {**base, **given}
    for key in base.keys() & given.keys():
        if _same_kind(base[key], given[key]):
            merged[key] = merge_settings(base[key], given[key])
    return merged


def _same_kind(base: Any, given: Any) -> bool:
    if not (isinstance(base, dict) and isinstance(given, dict)):
        return False
    usual = base.get("type")
    return bool(given.get("type", usual) == usual)
