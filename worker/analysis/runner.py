"""Runs an analysis: every cloud of its inputs, what lies between them, the figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

from sqlalchemy.orm import Session

from store import lifecycle
from store.analyses import add_evolution, add_figure
from store.runs import Run
from store.schema import Job
from tsloss_core.analysis import (
    CloudAnalysis,
    RunRelations,
    Study,
    across_words,
    diagram_distances,
    relate_across_runs,
    render_figures,
    study_trajectory,
    token_maps,
)
from tsloss_core.spec import AnalysisSpec
from tsloss_core.versions import versions
from worker.analysis.inputs import Source, read_source
from worker.analysis.recorder import AnalysisRecorder
from worker.context import WorkerContext
from worker.errors import JobFailedError
from worker.lease import LeaseKeeper
from worker.threads import thread_count

Place = tuple[int, int]
"""Of a cloud: its input and its step."""


@dataclass(frozen=True)
class Finding:
    """An input and what was found of it."""

    source: Source
    study: Study


def run_analysis(context: WorkerContext, job: Job, run: Run, keeper: LeaseKeeper) -> None:
    """Analyse every cloud of every input, draw the figures, tell what was found.

    Raises JobFailedError, RunStoppedError, or LeaseLostError.
    """
    spec = AnalysisSpec.model_validate(job.spec)
    sources = [read_source(context, job.project_id, given) for given in spec.inputs]
    run.start()
    recorder = AnalysisRecorder(run, keeper)
    findings = [_study(at, source, spec, recorder) for at, source in enumerate(sources)]
    _draw(context, run, keeper, findings)
    evolution = _evolution(findings, recorder)
    outcome = {"clouds": sum(len(found.study.subject.analyses) for found in findings)}

    def end(session: Session, row: Job) -> None:
        add_evolution(session, row.id, evolution)
        lifecycle.succeed(session, row, outcome)

    run.write(end)


def _study(at: int, source: Source, spec: AnalysisSpec, recorder: AnalysisRecorder) -> Finding:
    try:
        maps = token_maps(source.trajectory.clouds)
        study = study_trajectory(
            source.trajectory,
            spec.settings,
            on_cloud=partial(recorder.on_cloud, at, maps),
            on_progress=recorder.on_progress,
            threads=thread_count(),
        )
    except ValueError as error:
        raise JobFailedError("invalid_data", f"inputs.{at}: {error}", f"inputs.{at}") from error
    return Finding(source, study)


def _draw(
    context: WorkerContext, run: Run, keeper: LeaseKeeper, findings: Sequence[Finding]
) -> None:
    """Draw the figures of each input; those of a second one end in -2, and so on."""
    for at, found in enumerate(findings):
        ending = "" if at == 0 else f"-{at + 1}"
        for name, format_, data in render_figures(found.study.subject):
            keeper.stop_if_asked()
            key = run.key.artifact_key("figure", f"{name}{ending}") + f".{format_}"
            context.artifacts.put(key, data)
            run.write(partial(_add_figure, f"{name}{ending}", format_, key))


def _add_figure(name: str, format_: str, key: str, session: Session, job: Job) -> None:
    add_figure(session, job.id, name, format_, key)


def _evolution(findings: Sequence[Finding], recorder: AnalysisRecorder) -> dict[str, Any]:
    runs = list(_runs(findings))
    across = relate_across_runs(runs)
    words = [word for found in findings for word in _words(found, len(findings))]
    if runs:
        words += across_words(across, runs)
    return {
        "inputs": [
            {"input": at, "label": found.source.label, **found.study.to_json()}
            for at, found in enumerate(findings)
        ],
        "between": list(_between(findings, recorder)),
        "across_runs": across,
        "words": words,
        "versions": versions(),
    }


def _runs(findings: Sequence[Finding]) -> Iterator[RunRelations]:
    for found in findings:
        source, subject = found.source, found.study.subject
        if source.run is None:
            continue
        metric = None if subject.performance is None else subject.performance.name
        seed, setting = source.run.seed, source.run.setting
        yield RunRelations(source.label, metric, seed, setting, subject.relations)


def _words(found: Finding, inputs: int) -> list[str]:
    words = found.study.words()
    return words if inputs == 1 else [f"{found.source.label}: {word}" for word in words]


def _between(findings: Sequence[Finding], recorder: AnalysisRecorder) -> Iterator[dict[str, Any]]:
    """Distances between the last clouds of each two inputs; of two alone, at every common step.

    Raises RunStoppedError.
    """
    clouds = [{a.step: a for a in found.study.subject.analyses} for found in findings]
    pairs = list(_pairs(clouds))
    for done, ((i, one), (j, other)) in enumerate(pairs, 1):
        distances = diagram_distances(clouds[i][one].diagrams, clouds[j][other].diagrams)
        yield {"inputs": [i, j], "steps": [one, other], "distances": distances}
        recorder.on_progress("distances between inputs", done, len(pairs))


def _pairs(clouds: Sequence[Mapping[int, CloudAnalysis]]) -> Iterator[tuple[Place, Place]]:
    for (i, first), (j, second) in combinations(enumerate(clouds), 2):
        steps = [(max(first), max(second))]
        if len(clouds) == 2:
            common = [(step, step) for step in sorted(first.keys() & second.keys())]
            steps = common if steps[0] in common else [*common, *steps]
        for one, other in steps:
            yield (i, one), (j, other)
