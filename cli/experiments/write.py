"""Writes the results: what people read and what programs read, from the same reports."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cli.experiments.request import PresetRun
from cli.experiments.results import CommandResults, Results, write_json
from cli.experiments.tasks import TaskRows
from tsloss_core.experiments import ExperimentReport, render_markdown
from tsloss_core.experiments.figures import experiment_plots

FIGURES = "results"
"""The folder of the figures, beside the text."""

CPU_INFO = Path("/proc/cpuinfo")


def command_results(
    wanted: Sequence[PresetRun],
    reports: Sequence[ExperimentReport],
    changed: Mapping[str, Sequence[str]],
) -> CommandResults:
    """Return what the command that ran these presets reports, as of today and of this machine.

    `changed` are the settings of each experiment that its preset would not have now, by its id.
    """
    return CommandResults(
        command=_command(wanted),
        made_on=datetime.now(UTC).date().isoformat(),
        machine=_machine(),
        changed=changed,
        reports=tuple(reports),
    )


def write_results(out: Path, results: Results, tasks: Sequence[TaskRows]) -> list[Path]:
    """Write results.md, results.json and the figures into a folder; return the first two paths."""
    out.mkdir(parents=True, exist_ok=True)
    as_text = out / "results.md"
    as_json = write_json(out, results)
    as_text.write_text(_text(results, tasks, out), "utf-8")
    return [as_text, as_json]


def _text(results: Results, tasks: Sequence[TaskRows], out: Path) -> str:
    guessed = ", ".join(f"{100 * task.guessed:.1f} % in {task.name}" for task in tasks)
    made = "\n".join(
        f"- `{each.command}` on {each.made_on}, {each.machine}" for each in results.commands
    )
    head = f"""# Results

Written by

{made}

Every figure below is of `results.json`, which has the settings in full; no figure was typed by
hand. [experiments.md](experiments.md) says what the arms are and how the runs are compared.
Guessing among a row's choices answers {guessed}.
"""
    parts = [
        render_markdown(report) + _changes(each.changed[report.id]) + _draw(report, out)
        for each in results.commands
        for report in each.reports
    ]
    return "\n".join([head, *parts])


def _changes(changed: Sequence[str]) -> str:
    if not changed:
        return ""
    told = "\n".join(f"- {each}" for each in changed)
    return (
        f"\nThis experiment was begun with settings that its preset has changed since:\n\n{told}\n"
    )


def _draw(report: ExperimentReport, out: Path) -> str:
    """Write a report's figures as SVG and return what shows them."""
    folder = out / FIGURES
    folder.mkdir(exist_ok=True)
    shown = "\n### Figures\n"
    for task, plot in experiment_plots(report.results):
        name = f"{report.name}-{plot.name}.svg"
        (folder / name).write_bytes(plot.to_bytes("svg"))
        label = plot.name.partition("-")[0].replace("_", " ")
        shown += f"\n![{report.name}, {task.task}: {label}]({FIGURES}/{name})\n"
    return shown


def _command(wanted: Sequence[PresetRun]) -> str:
    first = wanted[0]
    options = [
        f"--{name} {value}"
        for name in ("seeds", "steps", "precision")
        if (value := getattr(first, name))
    ]
    presets = [each.preset for each in wanted]
    return " ".join(["tsloss experiment run", *presets, *options, f"--model {first.model}"])


def _machine() -> str:
    """The processor's name and the number of its cores."""
    names = [
        line.partition(":")[2].strip()
        for line in (CPU_INFO.read_text().splitlines() if CPU_INFO.exists() else ())
        if line.startswith("model name")
    ]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"
