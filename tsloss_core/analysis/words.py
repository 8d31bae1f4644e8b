"""What an analysis found, in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from tsloss_core.analysis.change_point import FEWEST_VALUES
from tsloss_core.analysis.correlation import FEWEST_PAIRS
from tsloss_core.analysis.evolution import Settling
from tsloss_core.analysis.performance import Performance, has_null
from tsloss_core.measures import MEASURES
from tsloss_core.significance.levels import ERROR_RATE

Relation = Mapping[str, Any]

PERFORMANCES = {
    "full_valid_accuracy": "accuracy on the validation rows",
    "train_loss": "training loss",
}
MOVERS = {
    "bottleneck_h0": "The H0 diagrams (bottleneck distance per step)",
    "bottleneck_h1": "The H1 diagrams (bottleneck distance per step)",
    "bottleneck_h2": "The H2 diagrams (bottleneck distance per step)",
    "mean_displacement": "The tokens (mean displacement per step)",
}


def settling_words(
    settling: Sequence[Settling], nulls: Sequence[Mapping[str, Any]] = ()
) -> list[str]:
    """Say when each part of the structure settles; `nulls` as `count_settled` counts them."""
    if not settling:
        return [
            "There are too few snapshots to say when the structure settles; it takes "
            f"{FEWEST_VALUES + 1}."
        ]
    control = {counted["series"]: counted for counted in nulls}
    return [_settling(found, control.get(found.series)) for found in settling]


def reach_words(reach: float | None) -> list[str]:
    """Say how far null trajectories went, in units of the run's drift; nothing without any."""
    if reach is None:
        return []
    return [
        f"The tokens of task-free null trajectories end {reach:.2g} times as far from where they "
        "started as the run's (median): random directions average out, so that a null is a control "
        "for the optimiser's drift, not for a move of the run's length."
    ]


def relation_words(relations: Sequence[Relation], performance: Performance | None) -> list[str]:
    """Say of each measure whether its relation to the performance is more than drift."""
    if performance is None:
        return ["No performance was measured at the snapshots, so structure is related to nothing."]
    if not relations:
        return [
            "Structure is not related to performance: that takes at least six graded snapshots, "
            "and a performance and a measure that vary."
        ]
    told = [_verdict(relations, performance), *_what_loss(performance), *_left_out(relations)]
    return [*told, *(_relation(relation, performance) for relation in relations)]


def _settling(found: Settling, nulls: Mapping[str, Any] | None) -> str:
    what = MOVERS[found.series]
    if found.before == found.after == 0:
        return f"{what} do not settle: they hardly ever move."
    change = f"from a median of {found.before:.3g} to {found.after:.3g}"
    if found.settled:
        told = f"{what} settle at step {found.step}, {change} (Pettitt, p {p_words(found.p_value)})"
    else:
        chance = found.p_value >= ERROR_RATE
        reason = "not told from chance" if chance else "faster after it"
        told = (
            f"{what} do not settle: the likeliest change is at step {found.step}, {change}, "
            f"p {p_words(found.p_value)} ({reason})"
        )
    if nulls is None:
        return f"{told}."
    too = " too" if found.settled else ""
    counted = f"{nulls['settled']} of {nulls['trajectories']}"
    return f"{told}; {counted} task-free null trajectories settle{too}."


def _verdict(relations: Sequence[Relation], performance: Performance) -> str:
    surviving = [MEASURES[r["measure"]] for r in relations if r["survives"]]
    name = PERFORMANCES[performance.name]
    told = ", ".join(surviving) if surviving else "none"
    return (
        f"Of {len(relations)} measures related to the {name}, these survive their controls: "
        f"{told}. {_by_chance(relations)}"
    )


def _by_chance(relations: Sequence[Relation]) -> str:
    """Say how many would survive by chance, which is known where null trajectories decide."""
    lacking = sum(not has_null(relation) for relation in relations)
    if lacking == 0:
        return f"About {ERROR_RATE * len(relations):.1g} would by chance alone."
    return (
        f"For {lacking} of them the control by null trajectories is missing: of such, more than "
        "one in twenty may survive by chance alone (docs/mathematics.md says how many)."
    )


def _what_loss(performance: Performance) -> list[str]:
    if performance.name != "train_loss":
        return []
    return [
        "The training loss of a snapshot is that of the rows of one step, the last before it, with "
        "the prompt as it was before that step: it varies with the rows too. Snapshots above its "
        "median are the worse ones."
    ]


def _left_out(relations: Sequence[Relation]) -> list[str]:
    """Name the measures that are related to nothing, and why."""
    missing = MEASURES.keys() - {relation["measure"] for relation in relations}
    if not missing:
        return []
    named = ", ".join(MEASURES[name] for name in MEASURES if name in missing)
    return [
        f"Left out, as fewer than {FEWEST_PAIRS} graded snapshots have them or they do not vary: "
        f"{named}."
    ]


def _relation(relation: Relation, performance: Performance) -> str:
    measure = MEASURES[relation["measure"]]
    name = PERFORMANCES[performance.name]
    ending = "It survives." if relation["survives"] else "It does not survive."
    return (
        f"{measure[0].upper()}{measure[1:]} and {name}: Spearman's rho {relation['rho']:.2f} over "
        f"{_snapshots(relation)} (block-bootstrap interval "
        f"{interval_words(relation['interval'])}). {_given_step(relation)} "
        f"{_groups(relation, name)}{_null(relation)}{ending}"
    )


def _snapshots(relation: Relation) -> str:
    known, graded = relation["snapshots"], relation["graded_snapshots"]
    if known == graded:
        return f"{known} snapshots"
    return f"the {known} of {graded} snapshots that have it"


def _given_step(relation: Relation) -> str:
    if relation["partial_rho"] is None:
        return "Given the step nothing is left of it."
    interval = relation["partial_interval"]
    zero = "which includes zero" if interval["low"] <= 0 <= interval["high"] else "without zero"
    found = f"{relation['partial_rho']:.2f} (interval {interval_words(interval)}, {zero}"
    found += f"; p {p_words(relation['partial_p_value'])})"
    return f"Given the step it is {found}."


def _groups(relation: Relation, name: str) -> str:
    groups = relation["mann_whitney"]
    if groups is None:
        return ""
    effect = f"{groups['rank_biserial']:.2f} ({interval_words(groups['interval'])})"
    given = groups["given_step"]
    after = "nothing" if given is None else f"{given['rank_biserial']:.2f}"
    around = "" if given is None else f" ({interval_words(given['interval'])})"
    return (
        f"Snapshots above the median {name} against the others: rank-biserial {effect}, given "
        f"the step {after}{around} (Mann-Whitney p {p_words(groups['p_value'])}, which takes "
        "snapshots for independent). "
    )


def _null(relation: Relation) -> str:
    null = relation["null"]
    if null is None:
        return "There is no task-free null trajectory, so this control is missing. "
    what = f"{null['trajectories']} task-free null trajectories"
    if not has_null(relation):
        return f"{what}, {_uncompared(null)}, are too few to compare, so this control is missing. "
    rho, partial = null["rho"]["median"], null["partial_rho"]["median"]
    reached = f"reach a median rho of {rho:.2f}, given the step {partial:.2f}"
    return f"{what} {reached}{_reaching(null)}. "


def _reaching(null: Mapping[str, Any]) -> str:
    """Say how many null trajectories reach the run's partial rho, if it has one."""
    if null["reaching"] is None:
        return ""
    reaching = f"{null['reaching']} of {null['with_measure']}"
    told = f"; {reaching} reach as large a partial one as the run's, p {p_words(null['p_value'])}"
    uncompared = _uncompared(null)
    return f"{told} ({uncompared})" if uncompared else told


def _uncompared(null: Mapping[str, Any]) -> str:
    """Say which null trajectories are left out or cannot reach; nothing if all are compared."""
    lacking = null["trajectories"] - null["with_measure"]
    drift = null["with_measure"] - null["compared"]
    reasons = [
        (lacking, f"left out, without the measure at {FEWEST_PAIRS} snapshots"),
        (drift, "not reaching it, with nothing left given the step"),
    ]
    return " and ".join(f"{count} {reason}" for count, reason in reasons if count)


def interval_words(interval: Mapping[str, float]) -> str:
    """Return both ends of an interval to two places."""
    return f"{interval['low']:.2f} to {interval['high']:.2f}"


def p_words(value: float) -> str:
    """Return a p value to three places, led by its sign of equality or of less."""
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"
