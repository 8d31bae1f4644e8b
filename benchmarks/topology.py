"""Vietoris-Rips pairing against its peers on the same clouds, in one interleaved run.

    python benchmarks/topology.py

Ours returns generators; gudhi's ripser and ripser.py return values only; gudhi's SimplexTree
returns generators. Every engine gets the same float64 distance matrix and must give the same
diagrams. All of them compute in one thread. The table shows medians in milliseconds and the
peer's median over ours.
"""

import math
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from statistics import median

import gudhi
import numpy as np
from gudhi.sklearn import RipsPersistence
from ripser import ripser
from scipy.spatial.distance import pdist, squareform

from tsloss_core.topology import vietoris_rips, warm_up

Bars = np.ndarray
Engine = Callable[[np.ndarray], list[Bars]]

SIZES = (20, 50, 100, 200)
SECONDS = 2.0


def clouds(n: int) -> dict[str, np.ndarray]:
    """Return the two kinds of cloud: a prompt-like Gaussian one, and a noisy circle."""
    rng = np.random.default_rng(n)
    angles = rng.uniform(0, math.tau, n)
    circle = np.c_[np.cos(angles), np.sin(angles)] + 0.05 * rng.normal(size=(n, 2))
    return {"gaussian, d = 64": rng.normal(size=(n, 64)), "noisy circle": circle}


def ours(distances: np.ndarray) -> list[Bars]:
    """This project's engine, with generators."""
    diagrams = vietoris_rips(distances, precomputed=True)
    return [np.stack([diagram.births, diagram.deaths], axis=1) for diagram in diagrams]


def gudhi_ripser(distances: np.ndarray) -> list[Bars]:
    """gudhi's ripser through its public class, values only."""
    engine = RipsPersistence(homology_dimensions=[0, 1], input_type="full distance matrix")
    return list(engine.fit_transform([distances])[0])


def gudhi_ripser_core(distances: np.ndarray) -> list[Bars]:
    """The compiled function under that class, cut at the enclosing radius as the class does."""
    radius = distances.max(-1).min()
    return list(_FULL(distances, max_dimension=1, max_edge_length=radius, homology_coeff_field=2))


_FULL = gudhi._ripser_ext._full


def ripser_py(distances: np.ndarray) -> list[Bars]:
    """ripser.py, values only."""
    return list(ripser(distances, maxdim=1, distance_matrix=True)["dgms"])


def simplex_tree(distances: np.ndarray) -> list[Bars]:
    """gudhi's SimplexTree with generators, cut at the enclosing radius."""
    radius = distances.max(-1).min()
    tree = gudhi.RipsComplex(distance_matrix=distances, max_edge_length=radius).create_simplex_tree(
        max_dimension=1
    )
    tree.expansion(2)
    tree.compute_persistence(homology_coeff_field=2)
    tree.flag_persistence_generators()
    return [tree.persistence_intervals_in_dimension(d) for d in (0, 1)]


ENGINES: dict[str, Engine] = {
    "ours, generators": ours,
    "gudhi ripser": gudhi_ripser,
    "gudhi ripser, compiled core alone": gudhi_ripser_core,
    "ripser.py": ripser_py,
    "gudhi SimplexTree, generators": simplex_tree,
}


def finite_bars(diagram: Bars) -> Bars:
    """Return the finite bars of some length, sorted."""
    bars = np.asarray(diagram, dtype=np.float64).reshape(-1, 2)
    bars = bars[np.isfinite(bars[:, 1]) & (bars[:, 1] > bars[:, 0])]
    return bars[np.lexsort((bars[:, 1], bars[:, 0]))]


def check(distances: np.ndarray) -> None:
    """Raise AssertionError unless all engines agree; ripser.py computes in float32."""
    truth = [finite_bars(diagram) for diagram in simplex_tree(distances)]
    for name, engine in ENGINES.items():
        tolerance = 1e-5 if name == "ripser.py" else 1e-9
        for found, expected in zip(engine(distances), truth, strict=True):
            np.testing.assert_allclose(finite_bars(found), expected, atol=tolerance, err_msg=name)


def measure(distances: np.ndarray) -> dict[str, float]:
    """Return the median milliseconds of each engine, called in turn until time is up."""
    times: dict[str, list[float]] = {name: [] for name in ENGINES}
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times["ours, generators"]) < 5:
        for name, engine in ENGINES.items():
            start = time.perf_counter()
            engine(distances)
            times[name].append(1e3 * (time.perf_counter() - start))
    return {name: median(values) for name, values in times.items()}


def main() -> None:
    """Print the table."""
    warm_up()
    names = ("python", "numpy", "numba", "gudhi", "ripser")
    versions = [
        f"{name} {platform.python_version() if name == 'python' else version(name)}"
        for name in names
    ]
    print(f"{platform.machine()}, one thread; {', '.join(versions)}\n")
    header = ["cloud", "n", *ENGINES, "gudhi ripser / ours"]
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for n in SIZES:
        for name, points in clouds(n).items():
            distances = squareform(pdist(points))
            check(distances)
            medians = measure(distances)
            row = [name, str(n), *(f"{value:.3f}" for value in medians.values())]
            ratio = medians["gudhi ripser"] / medians["ours, generators"]
            print("| " + " | ".join([*row, f"{ratio:.2f}"]) + " |", flush=True)


if __name__ == "__main__":
    main()
