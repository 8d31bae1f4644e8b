"""The picture of a diagram, as a notebook shows it."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from tsloss_core.integrations import picture_diagram

POINTS = np.random.default_rng(0).normal(size=(12, 5))


class TestPictureDiagram:
    def test_it_is_an_svg_of_all_bars(self) -> None:
        picture = picture_diagram(POINTS, "Twelve points")
        assert ElementTree.fromstring(picture._repr_svg_()).tag.endswith("svg")
        assert "H0 (12 bars)" in picture.svg

    def test_a_tensor_gives_the_same(self) -> None:
        tensor = torch.tensor(POINTS, requires_grad=True)
        assert picture_diagram(tensor) == picture_diagram(POINTS)

    def test_it_can_be_kept(self, tmp_path: Path) -> None:
        picture = picture_diagram(POINTS)
        picture.save(tmp_path / "diagram.svg")
        assert (tmp_path / "diagram.svg").read_text("utf-8") == picture.svg

    def test_nan_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"NaN|finite"):
            picture_diagram(np.full((3, 2), np.nan))
