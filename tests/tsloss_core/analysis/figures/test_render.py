"""Figures open, repeat, label their axes and bear degenerate runs."""

from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from tsloss_core.analysis import PointCloud, analyze_trajectory, render_figures
from tsloss_core.spec import AnalysisSettings

STEPS: list[dict[str, Any]] = [
    {
        "step": step, "loss": 3 / step, "regularizer": 0.1, "terms": {"h0": 0.1, "h1": 0.01},
        "gradient_ratio": 0.02,
    }
    for step in range(1, 11)
]  # fmt: skip
UNREGULARIZED = [{**step, "regularizer": 0.0, "terms": {}, "gradient_ratio": 0.0} for step in STEPS]


def _render(
    clouds: int = 3, points: int = 12, steps: list[dict[str, Any]] = STEPS
) -> dict[tuple[str, str], bytes]:
    rng = np.random.default_rng(0)
    made = [PointCloud(10 * i, rng.normal(size=(points, 4))) for i in range(clouds)]
    analyses = analyze_trajectory(made, AnalysisSettings())
    figures = render_figures(analyses, steps, {0: 0.2, 20: 0.9})
    return {(name, format_): data for name, format_, data in figures}


def _texts(svg: bytes) -> str:
    return svg.decode()


class TestRenderFigures:
    def test_a_run_has_four_figures_in_two_formats(self) -> None:
        names = {name for name, _ in _render()}
        assert names == {"diagram", "barcode", "evolution", "loss"}
        assert len(_render()) == 8

    def test_a_single_cloud_has_no_evolution(self) -> None:
        assert {name for name, _ in _render(clouds=1, steps=[])} == {"diagram", "barcode"}

    def test_they_are_pictures(self) -> None:
        for (_, format_), data in _render().items():
            if format_ == "png":
                assert data.startswith(b"\x89PNG")
            else:
                assert ElementTree.fromstring(data).tag.endswith("svg")

    def test_the_same_run_gives_the_same_bytes(self) -> None:
        assert _render() == _render()

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("diagram", ["birth (distance)", "death (distance)", "never dies", "H1 ("]),
            ("barcode", ["distance"]),
            ("evolution", ["persistent entropy (nats)", "accuracy (share)", "step"]),
            ("loss", ["nats per answer token", "gradient ratio", "step"]),
        ],
    )
    def test_axes_say_what_and_in_which_unit(self, name: str, words: list[str]) -> None:
        svg = _texts(_render()[name, "svg"])
        assert all(f"<!-- {word}" in svg for word in words)

    @pytest.mark.parametrize("points", [1, 2])
    def test_prompts_of_one_or_two_tokens_can_be_drawn(self, points: int) -> None:
        assert len(_render(points=points)) == 8

    def test_a_run_without_regulariser_can_be_drawn(self) -> None:
        assert len(_render(steps=UNREGULARIZED)) == 8
