"""Looks at everything and prints it."""

import os
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.doctor.finding import Finding
from cli.doctor.machine import examine_embedded, examine_machine
from cli.doctor.service import examine_service
from cli.embedded.data_folder import SETTINGS_FILE
from cli.errors import ServiceFailedError
from cli.output import print_json
from cli.settings import find_settings


def examine(data_dir: Path, as_json: bool = False) -> bool:
    """Print what was found; return whether nothing that jobs need is lacking."""
    findings = examine_machine(data_dir) + _service(data_dir)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _show(findings)
    return all(finding.good for finding in findings)


def _show(findings: list[Finding]) -> None:
    table = Table("", "what", "found")
    for finding in findings:
        mark = "[green]ok[/]" if finding.good else "[red]no[/]"
        table.add_row(mark, finding.what, escape(finding.found))
    Console().print(table)


def _service(data_dir: Path) -> list[Finding]:
    given = any(name.startswith("TSLOSS_") for name in os.environ)
    if not given and not (data_dir / SETTINGS_FILE).exists():
        return examine_embedded()
    try:
        return examine_service(find_settings(data_dir))
    except ServiceFailedError as error:
        return [Finding("settings", False, str(error))]
