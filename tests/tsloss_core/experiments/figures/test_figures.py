"""The figures of an experiment: what they show is the report's, and they can be drawn."""

import json
from dataclasses import replace

import pytest

from tests.tsloss_core.experiments.runs import experiment, outcomes
from tsloss_core.canvas import Plot
from tsloss_core.experiments import Evaluated, RunOutcome, compare_runs
from tsloss_core.experiments.figures import experiment_plots
from tsloss_core.experiments.figures.convergence import BAR_HEIGHT, draw_convergence
from tsloss_core.experiments.report import Results
from tsloss_core.spec.experiments import ExperimentSpec


def _run(run: RunOutcome) -> RunOutcome:
    """A run that gained ten points under TSLoss and converged at an even seed."""
    accuracy = 0.5 + 0.1 * (run.arm == "tsloss") + 0.01 * (run.seed % 3)
    return replace(
        run,
        accuracy=accuracy,
        steps=40,
        converged_at=20 + run.seed if run.seed % 2 == 0 else None,
        curve=(Evaluated(0, 0.1, 2.0), Evaluated(40, accuracy, 1.0)),
    )


def _results(spec: ExperimentSpec) -> Results:
    return compare_runs(spec, [_run(run) for run in outcomes(spec, lambda arm, seed: {})])


@pytest.fixture
def counted() -> dict[str, Plot]:
    """Figures by name, of an experiment that counts iterations to convergence."""
    spec = experiment(soft_prompt={"evaluation": {"stop_at_accuracy": 1.0}})
    return {plot.name: plot for _, plot in experiment_plots(_results(spec))}


class TestCurves:
    def test_they_are_the_reports(self, counted: dict[str, Plot]) -> None:
        plain, tsloss = counted["accuracy_curves"].data["series"]
        assert (plain["name"], tsloss["name"], tsloss["steps"]) == ("none", "tsloss", [0, 40])
        assert tsloss["mean"][1] == pytest.approx(plain["mean"][1] + 0.1)
        assert tsloss["low"][1] < tsloss["mean"][1] < tsloss["high"][1]

    def test_an_experiment_that_has_just_begun_draws_empty_ones(self) -> None:
        (plot, *_) = [plot for _, plot in experiment_plots(compare_runs(experiment(), []))]
        assert plot.name == "accuracy_curves"
        assert "no run was graded" in plot.to_bytes("svg").decode()


class TestConvergence:
    def test_a_run_that_did_not_converge_counts_with_its_limit(
        self, counted: dict[str, Plot]
    ) -> None:
        plain, _ = counted["convergence"].data["bars"]
        reached = plain["iterations"]
        assert reached[:4] == [20, None, 22, None]
        at_most = [40 if steps is None else steps for steps in reached]
        assert plain["mean"] == pytest.approx(sum(at_most) / len(at_most))
        said = counted["convergence"].to_bytes("svg").decode()
        assert f"{plain['converged']} of {plain['runs']} converged" in said

    def test_no_dot_hides_another(self) -> None:
        bar = {"name": "none", "runs": 9, "converged": 8, "mean": 30.0, "low": 28.0, "high": 32.0}
        iterations = [30, 30, 32, 30, None, 30, 30, 30, 30]
        data = {"title": "", "x_label": "steps", "bars": [{**bar, "iterations": iterations}]}
        dots = draw_convergence(data).axes[0].lines[0]
        assert len({*zip(dots.get_xdata(), dots.get_ydata(), strict=True)}) == 8
        assert max(abs(dots.get_ydata())) <= BAR_HEIGHT / 2

    def test_where_nothing_was_counted_there_is_none(self) -> None:
        names = {plot.name for _, plot in experiment_plots(_results(experiment()))}
        assert names == {"differences", "accuracy_curves", "loss_curves"}


class TestDifferences:
    def test_accuracy_is_in_points(self, counted: dict[str, Plot]) -> None:
        (row,) = counted["differences"].data["rows"]
        assert (row["arm"], row["against"], row["finding"]) == ("tsloss", "none", "better")
        assert row["mean"] == pytest.approx(10)


@pytest.mark.parametrize("format_", ["svg", "png", "json"])
def test_every_figure_is_drawn_in_every_format(counted: dict[str, Plot], format_: str) -> None:
    starts = {"svg": b"<?xml", "png": b"\x89PNG", "json": b"{"}
    for plot in counted.values():
        assert plot.to_bytes(format_).startswith(starts[format_])


def test_figures_of_a_second_task_are_named_so() -> None:
    spec = experiment()
    second = spec.tasks[0].model_copy(update={"name": "sums"})
    both = spec.model_copy(update={"tasks": (*spec.tasks, second)})
    found = [(task.task, plot.name) for task, plot in experiment_plots(_results(both))]
    assert found[-1] == ("sums", "loss_curves-2")
    assert json.loads(dict_of(both)["accuracy_curves-2"].to_bytes("json"))["title"].endswith("tiny")


def dict_of(spec: ExperimentSpec) -> dict[str, Plot]:
    """The figures of an experiment's results by name."""
    return {plot.name: plot for _, plot in experiment_plots(_results(spec))}
