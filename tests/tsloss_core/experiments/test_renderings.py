"""A report as Markdown and as JSON."""

import json
import re
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from tests.tsloss_core.experiments.runs import experiment, outcomes
from tsloss_core.experiments import Evaluated, ExperimentReport, compare_runs, render_markdown


@pytest.fixture
def report() -> ExperimentReport:
    spec = experiment()
    runs = outcomes(
        spec,
        lambda arm, seed: {
            "accuracy": 0.5 + (arm == "tsloss") * seed / 100,
            "untuned_accuracy": 0.25,
            "curve": (Evaluated(0, 0.5, 1.0), Evaluated(60, 0.5, 1.0)),
            "structure": {"h1.count": 3.0 + seed} if arm == "tsloss" else {},
        },
    )
    error = "diverged | <script>alert(1)</script>"
    runs[2] = replace(runs[2], status="failed", error=error, accuracy=None, loss=None)
    results = compare_runs(spec, runs)
    name = "<b>main</b> | table"
    return ExperimentReport("exp-1", name, "incomplete", 0, spec, ({"tsloss": "0.1.0"},), results)


class TestMarkdown:
    def test_it_tells_the_verdicts_the_failures_and_the_settings(
        self, report: ExperimentReport
    ) -> None:
        text = render_markdown(report)
        for verdict in report.results.verdicts():
            assert verdict in text
        assert "| tiny | intents | none | 1 | ftjob-none1 | failed | diverged \\| " in text
        assert '"learning_rate": 0.005' in text
        assert "| tsloss | 10 | - | - | - | 7.5 (5.334..9.666) | - |" in text
        assert "The model answers 25.0 % of the rows without a prompt." in text
        assert (
            "Not shown to answer more rows than with the prompts that they began with: none" in text
        )
        assert "1 of 1 comparisons shows a difference in accuracy." in text
        assert "<script" not in text

    def test_every_row_of_a_table_has_as_many_cells_as_its_head(
        self, report: ExperimentReport
    ) -> None:
        widths: list[int] = []
        for line in render_markdown(report).splitlines():
            if not line.startswith("| "):
                widths = []
                continue
            widths.append(len(re.findall(r"(?<!\\)\|", line)))
            assert widths[-1] == widths[0], line


class TestSections:
    def test_seeds_that_were_added_later_are_told(self, report: ExperimentReport) -> None:
        extended = report.settings.model_copy(update={"extensions": 2})
        text = render_markdown(replace(report, settings=extended))
        assert "Seeds were added 2 times after the start." in text
        assert "Seeds were added" not in render_markdown(report)

    def test_runs_on_different_versions_are_told(self, report: ExperimentReport) -> None:
        mixed = replace(report, versions=({"torch": "2.12"}, {"torch": "2.13"}))
        assert "different versions: torch 2.12; torch 2.13." in render_markdown(mixed)


def test_a_report_goes_through_json(report: ExperimentReport) -> None:
    adapter = TypeAdapter(ExperimentReport)
    text = adapter.dump_json(report)
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert adapter.validate_json(text) == report
