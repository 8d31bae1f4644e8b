"""Draws every figure of an analysed trajectory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tsloss_core.analysis.evolution import Evolution
from tsloss_core.analysis.figures.barcode import draw_barcode
from tsloss_core.analysis.figures.betti import betti_data, draw_betti
from tsloss_core.analysis.figures.diagram import diagram_data, draw_diagram
from tsloss_core.analysis.figures.evolution import draw_evolution, evolution_data
from tsloss_core.analysis.figures.loss import draw_loss, loss_data
from tsloss_core.analysis.figures.maps import (
    draw_snapshot_map,
    draw_token_map,
    landmarks,
    snapshot_map_data,
    token_map_data,
)
from tsloss_core.analysis.figures.movement import draw_movement, movement_data
from tsloss_core.analysis.figures.relations import draw_relations, relations_data
from tsloss_core.analysis.performance import Performance
from tsloss_core.analysis.trajectory import CloudAnalysis, PointCloud
from tsloss_core.canvas import Format, Plot


@dataclass(frozen=True)
class Subject:
    """What is known of one trajectory, in the order of its steps.

    `landmarks` are the clouds at the indices that `figures.landmarks` names; `steps` the measured
    steps of the tuning run; `vocabulary` and `relations` what `vocabulary_evolution` and `relate`
    return.
    """

    analyses: Sequence[CloudAnalysis]
    landmarks: Sequence[PointCloud]
    evolution: Evolution
    steps: Sequence[Mapping[str, Any]] = ()
    performance: Performance | None = None
    vocabulary: Mapping[str, Any] | None = None
    relations: Sequence[Mapping[str, Any]] = field(default=())


def render_figures(subject: Subject) -> Iterator[tuple[str, Format, bytes]]:
    """Yield name, format and bytes of each figure, as SVG, PNG and the data that it shows.

    Diagram and barcode show the last cloud; a single cloud has no evolution and no maps.
    """
    for plot in plots(subject):
        yield from plot.render()


def plots(subject: Subject) -> Iterator[Plot]:
    """Yield the figures that the subject has data for."""
    last = subject.analyses[-1]
    bars = diagram_data(last.diagrams, f"Persistence diagram, step {last.step}")
    yield Plot("diagram", bars, draw_diagram)
    yield Plot("barcode", {**bars, "title": f"Barcode, step {last.step}"}, draw_barcode)
    yield Plot("betti", betti_data(subject.analyses), draw_betti)
    if len(subject.analyses) > 1:
        yield from _trajectory(subject)
    if subject.relations and subject.performance is not None:
        data = relations_data(subject.relations, subject.performance)
        yield Plot("relations", data, draw_relations)
    if subject.steps:
        yield Plot("loss", loss_data(subject.steps), draw_loss)


def _trajectory(subject: Subject) -> Iterator[Plot]:
    analyses = subject.analyses
    evolution = evolution_data(analyses, subject.evolution, subject.performance)
    yield Plot("evolution", evolution, draw_evolution)
    yield Plot("movement", movement_data(analyses, subject.vocabulary), draw_movement)
    yield Plot("token_map", token_map_data(subject.landmarks), draw_token_map)
    snapshots = snapshot_map_data([analyses[at] for at in landmarks(len(analyses))])
    if snapshots["panels"]:
        yield Plot("snapshot_map", snapshots, draw_snapshot_map)
