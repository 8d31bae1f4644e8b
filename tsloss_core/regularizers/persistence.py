"""The exact form: Vietoris-Rips persistence of D / mean(D), differentiated through its generators.

A birth or a death is the length of one edge, so that away from ties the gradient of a bar is the
gradient of two distances (Gameiro, Hiraoka and Obayashi 2016; Carriere et al. 2021).
"""

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tsloss_core.regularizers.distances import off_diagonal, pairwise_distances
from tsloss_core.regularizers.protocol import Regularizer, RegularizerOutput
from tsloss_core.spec.regularizers import PersistenceSpec
from tsloss_core.topology import Diagram, vietoris_rips, warm_up

_Pairings = list[list[Diagram]]


class Persistence(Regularizer):
    """Spreads or shortens the H0 deaths and the H1 lifetimes.

    The pairing runs on the CPU in a thread of its own, which numba frees of the interpreter's lock:
    between `start` and the call it goes on beside the model's forward pass.
    """

    def __init__(self, spec: PersistenceSpec) -> None:
        self._spec = spec
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pairing")
        self._started: tuple[Tensor, Future[_Pairings]] | None = None
        warm_up()

    def start(self, prompt: Tensor) -> None:
        """Begin to pair the prompt as it is now."""
        now = prompt.detach().clone()
        matrices = _matrices(pairwise_distances(now)).double().cpu().numpy()
        self._started = now, self._thread.submit(_pair_all, matrices)

    def __call__(self, prompt: Tensor, step: int = 0) -> RegularizerOutput:
        """Return the terms h0 and h1 of (n, d) or (k, n, d) prompts."""
        if self._started is None or not self._started[0].equal(prompt.detach()):
            self.start(prompt)
        pairings = self._collect()
        distances = pairwise_distances(prompt)
        matrices = _matrices(distances)
        terms = [self._terms(*both) for both in zip(matrices, pairings, strict=True)]
        shape = distances.shape[:-2]
        h0 = torch.stack([h0 for h0, _ in terms]).reshape(shape)
        h1 = torch.stack([h1 for _, h1 in terms]).reshape(shape)
        spec = self._spec
        total = spec.weight * (spec.beta_h0 * h0 + spec.beta_h1 * h1)
        return RegularizerOutput(total, {"h0": h0, "h1": h1})

    def _collect(self) -> _Pairings:
        if self._started is None:
            raise RuntimeError("no pairing was started")
        _, pairing = self._started
        self._started = None
        return pairing.result()

    def _terms(self, distances: Tensor, diagrams: list[Diagram]) -> tuple[Tensor, Tensor]:
        n = len(distances)
        if n < 2 or not distances.detach().any():
            return distances.sum() * 0.0, distances.sum() * 0.0
        scaled = distances / distances[off_diagonal(n, distances)].mean()
        components, loops = diagrams
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


def _pair_all(matrices: NDArray[np.float64]) -> _Pairings:
    return [vietoris_rips(matrix, precomputed=True) for matrix in matrices]


def _matrices(distances: Tensor) -> Tensor:
    return distances.reshape(-1, *distances.shape[-2:])


def _gather(distances: Tensor, edges: object) -> Tensor:
    pairs = torch.tensor(edges, device=distances.device)
    return distances[pairs[:, 0], pairs[:, 1]]
