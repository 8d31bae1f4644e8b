"""A report as headings, sentences and tables, whatever they are printed on."""

import json
from datetime import UTC, datetime
from typing import Any

from tsloss_core.experiments.report import (
    ArmSummary,
    Difference,
    ExperimentReport,
    MissingRun,
    Results,
    TaskResults,
)
from tsloss_core.experiments.section import Section, Table
from tsloss_core.experiments.shape_tables import shape_tables
from tsloss_core.experiments.verdicts import UNITS, show, show_bounds, show_p
from tsloss_core.experiments.words import word_task
from tsloss_core.significance.intervals import MeanInterval
from tsloss_core.spec.experiments import Arm, Metric


def sections(report: ExperimentReport) -> list[Section]:
    """Return the sections of a report in the order of reading."""
    results = report.results
    return [
        Section("What was found", (*_state(report), *_count(results)), tuple(results.verdicts())),
        *[_task(task) for task in results.tasks],
        *_missing(results.missing_runs),
        Section("How to read it", points=results.notes),
        Section("Arms", (_shared(report.settings.arms[0]),), tables=(_arms(report.settings.arms),)),
        Section("Settings and versions", (_versions(report),), verbatim=_settings(report)),
    ]


def _state(report: ExperimentReport) -> tuple[str, ...]:
    results = report.results
    made = datetime.fromtimestamp(report.created_at, UTC).strftime("%Y-%m-%d")
    done = f"{results.succeeded_runs} of {results.planned_runs} runs succeeded"
    seeds = len(report.settings.seeds)
    state = f"Experiment {report.id} of {made}, {report.status}: {done}; {seeds} seeds."
    return (state, *_extensions(report.settings.extensions))


def _count(results: Results) -> tuple[str, ...]:
    found = [
        each.finding in ("better", "worse")
        for task in results.tasks
        for each in task.differences
        if each.metric == results.primary
    ]
    if not found:
        return ()
    shown = f"{sum(found) or 'None'} of {len(found)} comparisons"
    verb = "show" if sum(found) > 1 else "shows"
    return (f"{shown} {verb} a difference in {results.primary}.",)


def _extensions(times: int) -> tuple[str, ...]:
    if not times:
        return ()
    often = "once" if times == 1 else f"{times} times"
    return (
        f"Seeds were added {often} after the start. If that was done because of what had come out, "
        "a difference that is none is found more often than the p values say.",
    )


def _task(task: TaskResults) -> Section:
    graded = "no run has succeeded yet"
    if task.rows is not None:
        rows = {"validation_file": "held-out", "training_file": "training"}
        graded = f"graded on {task.rows} {rows.get(str(task.evaluated_on), '')} rows"
    return Section(
        f"{task.task}, {task.model}",
        (f"Means over seeds with 95 % intervals, {graded}.", *word_task(task)),
        tables=(_summaries(task), _differences(task), *shape_tables(task)),
    )


def _summaries(task: TaskResults) -> Table:
    counted = any(arm.convergence is not None for arm in task.arms)
    columns = ["arm", "runs", "accuracy before, %", "accuracy, %", "loss, nats per token"]
    columns += ["converged", "iterations, median", "iterations up to the limit"] if counted else []
    columns += ["steps/s", "side by side", "overhead", "gradient ratio"]
    rows = tuple(_summary(arm, counted) for arm in task.arms)
    return Table("Each arm", tuple(columns), rows)


def _summary(arm: ArmSummary, counted: bool) -> tuple[str, ...]:
    accuracies = _mean("accuracy", arm.first_accuracy), _mean("accuracy", arm.accuracy)
    cells = [arm.arm, str(arm.runs), *accuracies, _mean("loss", arm.loss)]
    if counted:
        cells += _convergence(arm)
    overhead = "-" if arm.overhead is None else f"{100 * arm.overhead:+.1f} %"
    speed = _number(arm.steps_per_second), str(arm.side_by_side)
    return (*cells, *speed, overhead, _number(arm.gradient_ratio))


def _convergence(arm: ArmSummary) -> list[str]:
    reached = arm.convergence
    if reached is None:
        return ["-", "-", "-"]
    median = "not reached" if reached.median is None else f"{reached.median:g}"
    mean = _mean("iterations", reached.mean_up_to_limit)
    return [f"{reached.converged} of {reached.runs}", median, mean]


def _differences(task: TaskResults) -> Table:
    columns = (
        "metric", "comparison", "pairs", "difference", "95 % interval", "p",
        "p, t test", "could detect",
    )  # fmt: skip
    return Table("Paired differences", columns, tuple(_difference(d) for d in task.differences))


def _difference(each: Difference) -> tuple[str, ...]:
    metric, interval = each.metric, each.interval
    mean = bounds = "-"
    if interval is not None:
        mean = show(metric, interval.mean, sign=True)
        bounds = show_bounds(metric, interval, sign=True)
    return (
        f"{metric}, {UNITS[metric][0]}",
        f"{each.arm} - {each.against}",
        str(each.pairs),
        mean,
        bounds,
        show_p(each.p),
        show_p(each.t_p),
        show(metric, each.detectable),
    )


def _missing(missing: tuple[MissingRun, ...]) -> list[Section]:
    if not missing:
        return []
    columns = ("model", "task", "arm", "seed", "job", "status", "reason")
    rows = tuple(
        (run.model, run.task, run.arm, str(run.seed), run.job or "-", run.status, run.error or "-")
        for run in missing
    )
    sentence = "Their pairs are left out of every figure above."
    return [Section("Runs without a result", (sentence,), tables=(Table("Runs", columns, rows),))]


_ARMS_OWN = {"preset", "regularizer", "init"}


def _shared(first: Arm) -> str:
    shared = first.soft_prompt.model_dump(mode="json", exclude=_ARMS_OWN)
    return f"Every run, unless its arm says otherwise: {_json(shared)}"


def _arms(arms: tuple[Arm, ...]) -> Table:
    rows = tuple((arm.name, *_own(arm, arms[0])) for arm in arms)
    columns = ("arm", "regulariser", "init", "hyperparameters")
    return Table("Settings of each arm", columns, rows)


def _own(arm: Arm, first: Arm) -> tuple[str, ...]:
    usual = first.soft_prompt.hyperparameters.model_dump(mode="json")
    own = arm.soft_prompt.hyperparameters.model_dump(mode="json")
    different = {name: value for name, value in own.items() if value != usual[name]}
    return (
        _json(arm.soft_prompt.regularizer.model_dump(mode="json")),
        _json((arm.start or arm.soft_prompt.init).model_dump(mode="json")),
        _json(different) if different else "-",
    )


def _versions(report: ExperimentReport) -> str:
    told = [", ".join(f"{k} {v}" for k, v in each.items()) for each in report.versions]
    if not told:
        return "No run has succeeded yet."
    if len(told) == 1:
        return f"Every run ran on {told[0]}."
    return f"Runs ran on different versions: {'; '.join(told)}."


def _settings(report: ExperimentReport) -> str:
    return json.dumps(report.settings.model_dump(mode="json"), indent=1, ensure_ascii=False)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _mean(metric: Metric, interval: MeanInterval | None) -> str:
    if interval is None:
        return "-"
    mean = show(metric, interval.mean)
    if interval.low is None:
        return mean
    return f"{mean} ({show_bounds(metric, interval)})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
