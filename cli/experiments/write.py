"""Writes the results: what people read and what programs read, from the same reports."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from cli.experiments.request import PresetRun
from cli.experiments.tasks import TaskRows
from tsloss_core.experiments import ExperimentReport, render_markdown
from tsloss_core.experiments.figures import experiment_plots

FIGURES = "results"
"""The folder of the figures, beside the text."""

CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class WrittenResults:
    """Reports of one command, and where they were made.

    `changed` are the settings of each experiment that its preset would not have now, by its id.
    """

    command: str
    made_on: str
    machine: str
    changed: Mapping[str, Sequence[str]]
    reports: tuple[ExperimentReport, ...]


_RESULTS: TypeAdapter[WrittenResults] = TypeAdapter(WrittenResults)


def write_results(
    out: Path,
    wanted: Sequence[PresetRun],
    reports: Sequence[ExperimentReport],
    changed: Mapping[str, Sequence[str]],
) -> list[Path]:
    """Write results.md, results.json and the figures into a folder; return the first two paths.

    `changed` are the settings of each experiment that its preset would not have now, by its id.
    """
    results = WrittenResults(
        command=_command(wanted),
        made_on=datetime.now(UTC).date().isoformat(),
        machine=_machine(),
        changed=changed,
        reports=tuple(reports),
    )
    out.mkdir(parents=True, exist_ok=True)
    as_json, as_text = out / "results.json", out / "results.md"
    as_json.write_bytes(_RESULTS.dump_json(results, indent=1) + b"\n")
    as_text.write_text(_text(results, wanted[0].tasks(), out), "utf-8")
    return [as_text, as_json]


def _text(results: WrittenResults, tasks: Sequence[TaskRows], out: Path) -> str:
    guessed = ", ".join(f"{100 * task.guessed:.1f} % in {task.name}" for task in tasks)
    head = f"""# Results

Written by

```sh
{results.command}
```

on {results.made_on}, {results.machine}. Every figure below is of `results.json`, which has the
settings in full; no figure was typed by hand. [experiments.md](experiments.md) says what the arms
are and how the runs are compared. Guessing among a row's choices answers {guessed}.
"""
    parts = [
        render_markdown(report) + _changes(results.changed[report.id]) + _draw(report, out)
        for report in results.reports
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
        f"--{name} {value}" for name in ("seeds", "steps") if (value := getattr(first, name))
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
