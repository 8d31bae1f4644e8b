"""Tells a command some of whose runs failed from one that has come through."""

from collections.abc import Sequence

from cli.errors import CommandError
from tsloss_core.experiments import ExperimentReport


def check_runs(reports: Sequence[ExperimentReport]) -> None:
    """Raise CommandError that says how many runs did not succeed, if there are any."""
    told = [_told(report) for report in reports if report.results.missing_runs]
    if told:
        raise CommandError(f"{'; '.join(told)}. {_next(reports)}")


def _next(reports: Sequence[ExperimentReport]) -> str:
    lost = {run.status for report in reports for run in report.results.missing_runs} - {"failed"}
    if not lost:
        return "The same command tries failed runs again."
    return "As runs were cancelled or deleted, the same command begins that experiment anew."


def _told(report: ExperimentReport) -> str:
    lacking, planned = len(report.results.missing_runs), report.results.planned_runs
    return f"{lacking} of {planned} runs of {report.name} ({report.id}) did not succeed"
