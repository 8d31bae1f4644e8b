"""Figures open, repeat, label their axes, hold what they show, and bear degenerate runs."""

import json
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.tsloss_core.analysis.clouds import STEPS, subject
from tsloss_core.analysis import Subject, render_figures
from tsloss_core.analysis.figures import landmarks, plots

UNREGULARIZED = [{**step, "regularizer": 0.0, "terms": {}, "gradient_ratio": 0.0} for step in STEPS]
ALONE = {"diagram", "barcode", "betti"}
OVER_TIME = {"evolution", "movement", "token_map", "snapshot_map"}


def _render(shown: Subject) -> dict[tuple[str, str], bytes]:
    return {(name, format_): data for name, format_, data in render_figures(shown)}


def _drawn(shown: Subject) -> set[str]:
    return {plot.name for plot in plots(shown) if plot.draw(plot.data).axes}


@cache
def _whole() -> dict[tuple[str, str], bytes]:
    return _render(subject())


class TestRenderFigures:
    def test_a_run_has_every_figure_in_three_formats(self) -> None:
        names = {*ALONE, *OVER_TIME, "relations", "loss"}
        assert set(_whole()) == {(name, f) for name in names for f in ("svg", "png", "json")}

    def test_a_single_cloud_has_no_evolution(self) -> None:
        one = subject(1, steps=(), performance=None, vocabulary=None, relations=())
        assert _drawn(one) == ALONE

    def test_a_run_without_performance_has_no_relations(self) -> None:
        shown = subject(performance=None, relations=(), steps=(), vocabulary=None)
        assert _drawn(shown) == ALONE | OVER_TIME

    def test_they_are_pictures(self) -> None:
        for (_, format_), data in _whole().items():
            if format_ == "png":
                assert data.startswith(b"\x89PNG")
            elif format_ == "svg":
                assert ElementTree.fromstring(data).tag.endswith("svg")

    def test_the_same_run_gives_the_same_bytes(self) -> None:
        diagram = next(plots(subject()))
        assert all(_whole()[name, format_] == data for name, format_, data in diagram.render())

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("diagram", ["birth (distance", "death (distance", "never dies", "H1 ("]),
            ("barcode", ["distance", "bar (number)"]),
            ("betti", ["distance", "(count)"]),
            ("evolution", ["(nats)", "(share of rows)", "step"]),
            ("movement", ["token norm", "(embedding units)", "cosine", "step"]),
            ("token_map", ["component 1 (embedding units"]),
            ("snapshot_map", ["coordinate 1 (distance", "step"]),
            ("relations", ["Spearman's rho (no unit"]),
            ("loss", ["(nats per answer token)", "gradient ratio", "step"]),
        ],
    )
    def test_axes_say_what_and_in_which_unit(self, name: str, words: list[str]) -> None:
        svg = _whole()[name, "svg"].decode()
        assert all(word in svg for word in words)

    def test_the_data_is_what_is_shown(self) -> None:
        shown = subject()
        data = json.loads(_whole()["evolution", "json"])
        (h0,) = (c for c in data["columns"] if c["dimension"] == 0)
        assert data["steps"] == [a.step for a in shown.analyses]
        assert h0["measures"][1]["values"] == [
            a.measures["h0"]["mean_lifetime"] for a in shown.analyses
        ]
        diagrams = json.loads(_whole()["diagram", "json"])["diagrams"]
        assert diagrams[0]["deaths"] == shown.analyses[-1].diagrams[0].deaths.tolist()

    @pytest.mark.parametrize("points", [1, 2])
    def test_prompts_of_one_or_two_tokens_can_be_drawn(self, points: int) -> None:
        shown = subject(3, points, performance=None, relations=(), vocabulary=None)
        assert _drawn(shown) == ALONE | OVER_TIME | {"loss"}

    def test_a_run_without_regulariser_can_be_drawn(self) -> None:
        assert "loss" in _drawn(subject(2, steps=UNREGULARIZED, relations=()))


class TestLandmarks:
    @pytest.mark.parametrize("count", [1, 2, 24, 25, 300])
    def test_they_hold_both_ends_and_are_bounded(self, count: int) -> None:
        found: list[Any] = landmarks(count)
        assert (found[0], found[-1], len(found)) == (0, count - 1, min(count, 24))
