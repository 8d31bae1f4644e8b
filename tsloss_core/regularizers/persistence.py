"""The exact form: Vietoris-Rips persistence of D / mean(D), differentiated through its generators.

A birth or a death is the length of one edge, so that away from ties the gradient of a bar is the
gradient of two distances (Gameiro, Hiraoka and Obayashi 2016; Carriere et al. 2021).
"""

import torch
from torch import Tensor

from tsloss_core.regularizers.distances import off_diagonal, pairwise_distances
from tsloss_core.regularizers.protocol import RegularizerOutput
from tsloss_core.spec.regularizers import PersistenceSpec
from tsloss_core.topology import vietoris_rips, warm_up


class Persistence:
    """Spreads or shortens the H0 deaths and the H1 lifetimes. The pairing runs on the CPU."""

    def __init__(self, spec: PersistenceSpec) -> None:
        self._spec = spec
        warm_up()

    def __call__(self, prompt: Tensor, step: int = 0) -> RegularizerOutput:
        """Return the terms h0 and h1 of (n, d) or (k, n, d) prompts."""
        distances = pairwise_distances(prompt)
        matrices = distances.reshape(-1, *distances.shape[-2:])
        terms = [self._terms(matrix) for matrix in matrices]
        shape = distances.shape[:-2]
        h0 = torch.stack([h0 for h0, _ in terms]).reshape(shape)
        h1 = torch.stack([h1 for _, h1 in terms]).reshape(shape)
        spec = self._spec
        total = spec.weight * (spec.beta_h0 * h0 + spec.beta_h1 * h1)
        return RegularizerOutput(total, {"h0": h0, "h1": h1})

    def _terms(self, distances: Tensor) -> tuple[Tensor, Tensor]:
        n = len(distances)
        if n < 2 or not distances.detach().any():
            return distances.sum() * 0.0, distances.sum() * 0.0
        scaled = distances / distances[off_diagonal(n, distances)].mean()
        components, loops = vietoris_rips(distances.detach(), precomputed=True)
        deaths = _gather(scaled, components.death_edges)
        lifetimes = _gather(scaled, loops.death_edges) - _gather(scaled, loops.birth_edges)
        return self._h0(deaths, repeated=n - 1 - len(deaths)), self._h1(lifetimes)

    def _h0(self, deaths: Tensor, repeated: int) -> Tensor:
        """Measure the n - 1 deaths; those of repeated points are 0 and no bar of the diagram."""
        if self._spec.h0_measure == "total":
            return deaths.sum()
        return torch.cat([deaths, deaths.new_zeros(repeated)]).var(correction=0)

    def _h1(self, lifetimes: Tensor) -> Tensor:
        """Measure the loops: sum of lifetime^p, or a soft count of those above the floor."""
        spec = self._spec
        if spec.h1_measure == "total":
            return lifetimes.pow(spec.h1_power).sum()
        return torch.sigmoid((lifetimes - spec.h1_floor) / spec.h1_softness).sum()


def _gather(distances: Tensor, edges: object) -> Tensor:
    pairs = torch.tensor(edges, device=distances.device)
    return distances[pairs[:, 0], pairs[:, 1]]
