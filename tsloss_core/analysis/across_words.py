"""What was found over several runs, in sentences."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tsloss_core.analysis.across_runs import FEWEST_RUNS, RunRelations, of_one_metric
from tsloss_core.analysis.words import PERFORMANCES, interval_words, p_words
from tsloss_core.measures import MEASURES

Relation = Mapping[str, Any]


def across_words(relations: Sequence[Relation], runs: Sequence[RunRelations]) -> list[str]:
    """Say which relations hold over runs, and what makes the runs hard to compare."""
    if len(runs) < 2:
        return ["One run cannot tell whether a relation holds for other seeds."]
    shared, others = of_one_metric(runs)
    return [
        *_verdict(relations, shared),
        *_left_out(shared, others),
        *_shared_seeds(shared),
        *_differences(shared),
        *(_across(relation) for relation in relations),
    ]


def _verdict(relations: Sequence[Relation], runs: Sequence[RunRelations]) -> list[str]:
    if len(runs) < FEWEST_RUNS:
        return [
            f"{_runs(len(runs))} with the same performance: it takes three with graded snapshots "
            "to compare them."
        ]
    if not relations:
        return [
            f"Over {len(runs)} runs nothing can be compared: no measure has a partial correlation "
            "given the step in three of them."
        ]
    holding = [MEASURES[r["measure"]] for r in relations if r["survives"]]
    told = f"are shown to hold: {', '.join(holding) if holding else 'none'}"
    untested = sum(r["p_value"] is None for r in relations)
    told += f" ({untested} cannot be tested)" if untested else ""
    return [
        f"Over {len(runs)} runs, with the run as the unit, of {len(relations)} relations to the "
        f"{PERFORMANCES[str(runs[0].metric)]} {told}."
    ]


def _left_out(shared: Sequence[RunRelations], others: Sequence[RunRelations]) -> list[str]:
    if not others:
        return []
    named = ", ".join(f"{run.label} ({_metric(run)})" for run in others)
    reason = f", as most runs have the {_metric(shared[0])}" if shared else ""
    return [f"Left out of the comparison over runs: {named}{reason}."]


def _metric(run: RunRelations) -> str:
    return "no performance measured" if run.metric is None else PERFORMANCES[run.metric]


def _shared_seeds(runs: Sequence[RunRelations]) -> list[str]:
    by_seed: dict[int, list[str]] = defaultdict(list)
    for run in runs:
        by_seed[run.seed].append(run.label)
    return [
        f"{', '.join(labels)} share the seed {seed}: they are no independent runs, and the "
        "interval over runs is too narrow."
        for seed, labels in by_seed.items()
        if len(labels) > 1
    ]


def _differences(runs: Sequence[RunRelations]) -> list[str]:
    names = runs[0].setting if runs else {}
    differing = [name for name in names if len({run.setting[name] for run in runs}) > 1]
    if not differing:
        return []
    return [
        f"The runs differ in their {', '.join(differing)}, not by seed alone: what holds over them "
        "is not a finding about one setting."
    ]


def _across(relation: Relation) -> str:
    measure = MEASURES[relation["measure"]]
    return (
        f"{measure[0].upper()}{measure[1:]}: mean partial rho {relation['mean_partial_rho']:.2f}, "
        f"{_beyond(relation)} {relation['beyond_null']:.2f} ({_test(relation)}); "
        f"{relation['same_sign']} of {relation['runs']} runs have the same sign. "
        f"{_ending(relation)}"
    )


def _test(relation: Relation) -> str:
    if relation["p_value"] is None:
        return "the same in every run, so that no test is possible"
    return (
        f"{interval_words(relation['interval'])}, p {p_words(relation['p_value'])}, with Holm's "
        f"correction over the measures {p_words(relation['adjusted_p_value'])}"
    )


def _ending(relation: Relation) -> str:
    if relation["p_value"] is None:
        return "Whether it holds is not known."
    return "It holds." if relation["survives"] else "It is not shown to hold."


def _beyond(relation: Relation) -> str:
    with_null, runs = relation["with_null"], relation["runs"]
    if with_null == 0:
        return "no task-free null trajectory to take off, so this control is missing:"
    if with_null < runs:
        return f"less the task-free null median, which {with_null} of {runs} runs have,"
    return "less the task-free null median"


def _runs(count: int) -> str:
    return f"{count} run" if count == 1 else f"{count} runs"
