"""Tells a command some of whose runs failed from one that has come through."""

from collections.abc import Sequence

from cli.errors import CommandError
from tsloss_core.experiments import ExperimentReport


def check_runs(reports: Sequence[ExperimentReport]) -> None:
    """Raise CommandError that says how many runs did not succeed, if there are any."""
    told = [_told(report) for report in reports if report.results.missing_runs]
    if told:
        raise CommandError(f"{'; '.join(told)}. The same command tries failed runs again.")


def _told(report: ExperimentReport) -> str:
    lacking, planned = len(report.results.missing_runs), report.results.planned_runs
    return f"{lacking} of {planned} runs of {report.name} ({report.id}) did not succeed"
