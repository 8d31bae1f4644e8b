"""The results in a folder: what each command has reported there, and where it was made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from cli.errors import WrongInputError
from tsloss_core.experiments import ExperimentReport

FILE = "results.json"


@dataclass(frozen=True)
class CommandResults:
    """Reports of one command, and where they were made.

    `changed` are the settings of each experiment that its preset would not have then, by its id.
    """

    command: str
    made_on: str
    machine: str
    changed: Mapping[str, Sequence[str]]
    reports: tuple[ExperimentReport, ...]


@dataclass(frozen=True)
class Results:
    """What is in a folder: every experiment once, by its name, as the last command reported it."""

    commands: tuple[CommandResults, ...]

    def updated(self, newest: CommandResults) -> "Results":
        """Return these results with a further command's, whose reports replace earlier ones."""
        names = {report.name for report in newest.reports}
        kept = (_without(names, earlier) for earlier in self.commands)
        return Results((*(each for each in kept if each.reports), newest))


_RESULTS: TypeAdapter[Results] = TypeAdapter(Results)


def read_results(folder: Path) -> Results:
    """Return the results in a folder, none if it has no file of them.

    Raises WrongInputError for a file that this version has not written.
    """
    path = folder / FILE
    if not path.exists():
        return Results(())
    try:
        return _RESULTS.validate_json(path.read_bytes())
    except ValidationError as error:
        raise WrongInputError(
            f"{path} holds no results of this version, which would be lost "
            f"({error.error_count()} errors); write elsewhere with --out"
        ) from None


def write_json(folder: Path, results: Results) -> Path:
    """Write the results into a folder and return the file's path."""
    path = folder / FILE
    path.write_bytes(_RESULTS.dump_json(results, indent=1) + b"\n")
    return path


def _without(names: set[str], results: CommandResults) -> CommandResults:
    reports = tuple(report for report in results.reports if report.name not in names)
    ids = {report.id for report in reports}
    changed = {id_: told for id_, told in results.changed.items() if id_ in ids}
    return replace(results, reports=reports, changed=changed)
