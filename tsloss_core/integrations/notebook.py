"""A prompt's persistence diagram as a picture that a notebook shows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tsloss_core.analysis.figures.diagram import diagram_data, draw_diagram
from tsloss_core.canvas import to_bytes
from tsloss_core.topology import vietoris_rips


@dataclass(frozen=True)
class Picture:
    """An SVG picture; a notebook shows it where it is the last value of a cell."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | Path) -> None:
        """Write the picture to a file."""
        Path(path).write_text(self.svg, "utf-8")


def picture_diagram(points: Any, title: str = "Persistence diagram") -> Picture:
    """Return the H0 and H1 bars of points (n, d), an array or a tensor, birth against death.

    Raises ValueError for NaN or infinite coordinates.
    """
    cloud = points.detach().cpu().numpy() if hasattr(points, "detach") else points
    bars = diagram_data(vietoris_rips(cloud), title)
    return Picture(to_bytes(draw_diagram(bars), "svg").decode())
