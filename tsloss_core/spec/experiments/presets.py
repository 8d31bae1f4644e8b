"""Named experiments: the paper's tables with the controls that they lack.

Every regulariser stands there twice: at its own weight, as the paper compares, and `-balanced`:
scaled at each step to one common gradient-norm ratio to cross-entropy. At their own weights
regularisers differ by orders of magnitude in strength, and the comparison is one of scales.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from tsloss_core.spec.experiments.arms import ArmSpec, ExperimentInit
from tsloss_core.spec.experiments.tasks import Comparison, Metric
from tsloss_core.spec.regularizers import AnyRegularizerSpec

Settings = dict[str, Any]

_REGULARIZER: TypeAdapter[AnyRegularizerSpec] = TypeAdapter(AnyRegularizerSpec)

PAPER: Settings = {"preset": "paper"}
UNTIL_CONVERGED: Settings = {**PAPER, "evaluation": {"stop_at_accuracy": 1.0}}

NONE: Settings = {"type": "none"}
L2: Settings = {"type": "l2"}
PAIRWISE: Settings = {"type": "pairwise"}
TSLOSS: Settings = {"type": "tsloss"}
SCALE_FREE: Settings = {"type": "tsloss_scale_free"}
PERSISTENCE: Settings = {"type": "persistence"}
EQUIDISTANCE: Settings = {"type": "equidistance"}
RANDOM_DIRECTION: Settings = {"type": "random_direction"}
H0_ALONE: Settings = {**TSLOSS, "beta_h1": 0.0}
H1_ALONE: Settings = {**TSLOSS, "beta_h0": 0.0}


@dataclass(frozen=True)
class Preset:
    """What a named experiment fills in: arms for a gradient-norm ratio and, maybe, a source.

    `soft_prompt` lies below what a request gives. Besides every arm against `none`, the pairs of
    `also` are compared.
    """

    soft_prompt: Settings
    arms: Callable[[float, ExperimentInit | None], list[ArmSpec]]
    primary: Metric = "accuracy"
    also: Sequence[tuple[str, str]] = field(default=())
    needs_source: bool = False

    def comparisons(self, arms: Sequence[ArmSpec]) -> tuple[Comparison, ...]:
        """Return every arm against the first, `none`, and the further pairs."""
        pairs = [(arm.name, arms[0].name) for arm in arms[1:]] + list(self.also)
        return tuple(Comparison(arm=arm, against=against) for arm, against in pairs)


def _arm(name: str, settings: Settings, init: ExperimentInit | None = None) -> ArmSpec:
    return ArmSpec(name=name, regularizer=_REGULARIZER.validate_python(settings), init=init)


def _balanced(settings: Settings, ratio: float) -> Settings:
    return {**settings, "weighting": {"type": "balanced", "target_ratio": ratio}}


def _at_both_weights(regularizers: dict[str, Settings], ratio: float) -> list[ArmSpec]:
    arms = [_arm("none", NONE)]
    for name, settings in regularizers.items():
        arms.append(_arm(name, settings))
        arms.append(_arm(f"{name}-balanced", _balanced(settings, ratio)))
    return arms


def _table_3(ratio: float, _: ExperimentInit | None) -> list[ArmSpec]:
    return _at_both_weights({"l2": L2, "pairwise": PAIRWISE, "tsloss": TSLOSS}, ratio)


def _table_4(ratio: float, _: ExperimentInit | None) -> list[ArmSpec]:
    parts = {"h0-alone": H0_ALONE, "h1-alone": H1_ALONE, "tsloss": TSLOSS}
    return _at_both_weights({**parts, "l2": L2, "pairwise": PAIRWISE}, ratio)


def _tables_5_and_6(ratio: float, _: ExperimentInit | None) -> list[ArmSpec]:
    """Betas, weight and alpha. Weight 0 is `none`; weight 1 and alpha 10 are `tsloss`.

    Balancing undoes a weight, so the weights have no balanced twin.
    """
    swept = {
        "tsloss": TSLOSS,
        "h0-alone": H0_ALONE,
        "h1-alone": H1_ALONE,
        "alpha-5": {**TSLOSS, "alpha": 5.0},
        "alpha-20": {**TSLOSS, "alpha": 20.0},
    }
    weights = {f"weight-{weight:g}": {**TSLOSS, "weight": weight} for weight in (0.1, 0.5, 10.0)}
    arms = _at_both_weights(swept, ratio)
    return arms + [_arm(name, settings) for name, settings in weights.items()]


def _weightings(ratio: float, _: ExperimentInit | None) -> list[ArmSpec]:
    arms = [_arm("none", NONE)]
    for name, settings in {"tsloss": TSLOSS, "persistence": PERSISTENCE}.items():
        arms += [
            _arm(f"{name}-{kind}", {**settings, "weighting": {"type": kind}})
            for kind in ("constant", "warmup", "decay")
        ]
        arms.append(_arm(f"{name}-balanced", _balanced(settings, ratio)))
    return arms


def _equidistance(ratio: float, _: ExperimentInit | None) -> list[ArmSpec]:
    regularizers = {
        "tsloss": TSLOSS,
        "tsloss-scale-free": SCALE_FREE,
        "persistence": PERSISTENCE,
        "equidistance": EQUIDISTANCE,
        "random-direction": RANDOM_DIRECTION,
    }
    return _at_both_weights(regularizers, ratio)


def _transfer(ratio: float, source: ExperimentInit | None) -> list[ArmSpec]:
    balanced = _balanced(TSLOSS, ratio)
    return [
        _arm("none", NONE),
        _arm("tsloss", TSLOSS),
        _arm("tsloss-balanced", balanced),
        _arm("warm-none", NONE, source),
        _arm("warm-tsloss", TSLOSS, source),
        _arm("warm-tsloss-balanced", balanced, source),
    ]


PRESETS: dict[str, Preset] = {
    "paper-main": Preset(
        PAPER, _table_3, also=[("tsloss", "l2"), ("tsloss-balanced", "l2-balanced")]
    ),
    "paper-convergence": Preset(UNTIL_CONVERGED, _table_4, primary="iterations"),
    "paper-ablation": Preset(UNTIL_CONVERGED, _tables_5_and_6, primary="iterations"),
    "adaptive-weighting": Preset(PAPER, _weightings),
    "equidistance-control": Preset(
        PAPER,
        _equidistance,
        also=[
            ("tsloss-balanced", "equidistance-balanced"),
            ("tsloss-balanced", "random-direction-balanced"),
        ],
    ),
    "transfer": Preset(
        PAPER,
        _transfer,
        also=[
            ("warm-tsloss", "warm-none"),
            ("warm-tsloss-balanced", "warm-none"),
            ("warm-tsloss-balanced", "tsloss-balanced"),
        ],
        needs_source=True,
    ),
}
