"""A persistence diagram in one homology dimension: a small immutable value."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Lengths = NDArray[np.float64]
Edges = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Diagram:
    """Bars of the Vietoris-Rips filtration, in units of the distances.

    `births` and `deaths` are the finite bars, float64 of shape (m,); bars of length zero are left
    out. `essential` are the births of the bars that never die, float64 of shape (e,).
    `birth_edges` and `death_edges` are the pairs of points whose distance is the birth and the
    death, int64 of shape (m, 2). In dimension 0 every bar is born at 0 by a point, so that
    `birth_edges` is None. The arrays are read-only.
    """

    dimension: int
    births: Lengths
    deaths: Lengths
    essential: Lengths
    birth_edges: Edges | None
    death_edges: Edges

    def __post_init__(self) -> None:
        for array in (self.births, self.deaths, self.essential, self.birth_edges, self.death_edges):
            if array is not None:
                array.setflags(write=False)

    @property
    def lifetimes(self) -> Lengths:
        """Death minus birth of the finite bars, float64 of shape (m,)."""
        return self.deaths - self.births

    def to_json(self) -> dict[str, Any]:
        """Return a value without infinities: the essential bars stand apart by their births."""
        return {
            "dimension": self.dimension,
            "births": self.births.tolist(),
            "deaths": self.deaths.tolist(),
            "essential": self.essential.tolist(),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Diagram":
        """Read a diagram back; its generators are not in the JSON and are empty."""
        none = np.empty((0, 2), dtype=np.int64)
        dimension = int(value["dimension"])
        births, deaths, essential = (
            np.array(value[name], dtype=np.float64) for name in ("births", "deaths", "essential")
        )
        return cls(dimension, births, deaths, essential, none if dimension else None, none.copy())
