"""Writes the results: what people read and what programs read, from the same reports."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from cli.experiments.request import Wanted
from tsloss_core.experiments import ExperimentReport, render_markdown

CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class WrittenResults:
    """Reports of one command, and where they were made."""

    command: str
    made_on: str
    machine: str
    reports: tuple[ExperimentReport, ...]


_RESULTS: TypeAdapter[WrittenResults] = TypeAdapter(WrittenResults)


def write_results(
    out: Path, wanted: Sequence[Wanted], reports: Sequence[ExperimentReport]
) -> list[Path]:
    """Write results.md and results.json into a folder and return their paths."""
    results = WrittenResults(
        command=_command(wanted),
        made_on=datetime.now(UTC).date().isoformat(),
        machine=_machine(),
        reports=tuple(reports),
    )
    out.mkdir(parents=True, exist_ok=True)
    as_json, as_text = out / "results.json", out / "results.md"
    as_json.write_bytes(_RESULTS.dump_json(results, indent=1) + b"\n")
    as_text.write_text(_text(results), "utf-8")
    return [as_text, as_json]


def _text(results: WrittenResults) -> str:
    head = f"""# Results

Written by

```sh
{results.command}
```

on {results.made_on}, {results.machine}. Every figure below is of `results.json`, which has the
settings in full; no figure was typed by hand. [experiments.md](experiments.md) says how the runs
are compared.
"""
    return "\n".join([head, *(render_markdown(report) for report in results.reports)])


def _command(wanted: Sequence[Wanted]) -> str:
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
