"""A sentence per comparison that says no more than its test does."""

from dataclasses import dataclass

from tsloss_core.experiments.pairing import Pairs
from tsloss_core.experiments.report import Finding
from tsloss_core.significance.intervals import MeanInterval
from tsloss_core.spec.experiments import Metric

UNITS: dict[Metric, tuple[str, float, int]] = {
    "accuracy": ("points", 100.0, 1),
    "loss": ("nats per token", 1.0, 3),
    "iterations": ("steps", 1.0, 1),
}
"""Unit, how many of it the figure 1 is, and decimals. A point is one per cent of the rows."""


@dataclass(frozen=True)
class Evidence:
    """What a verdict rests on. `reachable`: a large enough difference would be significant."""

    interval: MeanInterval | None
    p: float | None
    tests: int
    detectable: float | None
    reachable: bool


def word_verdict(pairs: Pairs, finding: Finding, evidence: Evidence) -> str:
    """Return the verdict on an arm against another."""
    arm, against = pairs.comparison.arm, pairs.comparison.against
    where = f"on {pairs.task} with {pairs.model}"
    if finding == "too_few_pairs":
        return f"{arm} and {against} cannot be compared {where}: {_pairs(len(pairs.differences))}."
    claim = {
        "better": f"{arm} beats {against}",
        "worse": f"{arm} is worse than {against}",
        "no_difference_shown": f"{arm} does not beat {against}",
    }[finding]
    figures = _figures(pairs, evidence) + _reach(finding, pairs, evidence)
    return f"{claim} {where} in {pairs.metric}: {figures}."


def _figures(pairs: Pairs, evidence: Evidence) -> str:
    interval = evidence.interval
    if interval is None or evidence.p is None:
        raise ValueError("a verdict needs a test")
    unit = UNITS[pairs.metric][0]
    bounds = show_bounds(pairs.metric, interval, sign=True)
    corrected = f"sign-flip, Holm over {evidence.tests}" if evidence.tests > 1 else "sign-flip"
    tied = f", {pairs.tied} of them without a difference" if pairs.tied else ""
    censored = f", {pairs.censored} with a run that did not converge" if pairs.censored else ""
    return (
        f"difference {show(pairs.metric, interval.mean, sign=True)} {unit}, "
        f"95 % interval {bounds}, {p_equals(evidence.p)} ({corrected}), "
        f"{_pairs(interval.n)}{tied}{censored}"
    )


def _reach(finding: Finding, pairs: Pairs, evidence: Evidence) -> str:
    """What a difference that is not shown means depends on what could have been."""
    if finding != "no_difference_shown":
        return ""
    if not evidence.reachable:
        return "; so few pairs cannot make a difference of any size significant"
    if evidence.detectable is None:
        return "; every pair has the same difference"
    unit = UNITS[pairs.metric][0]
    untied = " if no pair were without one" if pairs.tied else ""
    return f"; the design could detect {show(pairs.metric, evidence.detectable)} {unit}{untied}"


def show(metric: Metric, value: float | None, *, sign: bool = False) -> str:
    """Return a figure in its metric's unit, without the unit; a dash for none."""
    if value is None:
        return "-"
    _, factor, decimals = UNITS[metric]
    text = f"{value * factor:{'+' if sign else ''}.{decimals}f}"
    return text.replace("-", "", 1).replace("+", "", 1) if float(text) == 0 else text


def show_bounds(metric: Metric, interval: MeanInterval, *, sign: bool = False) -> str:
    """Return both ends of an interval as `show` does; a dash where one value alone has none."""
    if interval.low is None:
        return "-"
    ends = (show(metric, end, sign=sign) for end in (interval.low, interval.high))
    return "..".join(ends)


def show_p(p: float | None) -> str:
    """Return a p value; tiny ones as a bound."""
    if p is None:
        return "-"
    return "< 0.0001" if p < 1e-4 else f"{p:.2g}" if p < 0.1 else f"{p:.2f}"


def p_equals(p: float | None) -> str:
    """Return `p = 0.03` `p < 0.0001` for a tiny one, `p = -` for none."""
    shown = show_p(p)
    return f"p {shown}" if shown.startswith("<") else f"p = {shown}"


def _pairs(count: int) -> str:
    return "1 pair" if count == 1 else f"{count} pairs"
