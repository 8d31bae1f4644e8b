"""Tables of the last prompts' shape: of each arm, between arms, against accuracy."""

from tsloss_core.experiments.relations import SHAPES
from tsloss_core.experiments.report import ArmSummary, ShapeDifference, TaskResults
from tsloss_core.experiments.section import Table
from tsloss_core.experiments.verdicts import show_p
from tsloss_core.measures import MEASURES


def shape_tables(task: TaskResults) -> tuple[Table, ...]:
    """Return the tables of one task with one model; those without data have no rows."""
    return _shapes(task), _shape_differences(task), _relations(task)


def _shapes(task: TaskResults) -> Table:
    columns = ("arm", "analysed", *(MEASURES[name] for name in SHAPES))
    rows = tuple(
        (arm.arm, str(arm.analysed), *(_measure(arm, name) for name in SHAPES))
        for arm in task.arms
        if arm.structure
    )
    return Table("Shape of the last prompt, means over seeds", columns, rows)


def _measure(arm: ArmSummary, name: str) -> str:
    interval = arm.structure.get(name)
    if interval is None:
        return "-"
    fewer = "" if interval.n == arm.analysed else f", {interval.n} of {arm.analysed} runs"
    bounds = "" if interval.low is None else f" ({interval.low:.4g}..{interval.high:.4g})"
    return f"{interval.mean:.4g}{bounds}{fewer}"


def _shape_differences(task: TaskResults) -> Table:
    columns = ("measure", "comparison", "pairs", "difference", "95 % interval", "p")
    rows = tuple(_shape_difference(each) for each in task.shapes)
    return Table("Paired differences in shape", columns, rows)


def _shape_difference(each: ShapeDifference) -> tuple[str, ...]:
    interval = each.interval
    return (
        MEASURES[each.measure],
        f"{each.arm} - {each.against}",
        str(interval.n),
        f"{interval.mean:+.3g}",
        f"{interval.low:+.3g}..{interval.high:+.3g}",
        "too few pairs" if each.p is None else show_p(each.p),
    )


def _relations(task: TaskResults) -> Table:
    columns = ("measure", "runs", "seeds", "rho", "p", "p before correction")
    rows = tuple(
        (
            MEASURES[each.measure],
            str(each.runs),
            str(each.seeds),
            f"{each.rho:+.2f}",
            "too few seeds" if each.p is None else show_p(each.p),
            show_p(each.p_uncorrected),
        )
        for each in task.relations
    )
    return Table("Shape of the last prompt against accuracy, within arms", columns, rows)
