"""Exact agreement with gudhi's SimplexTree, and generators that are the diagram's values."""

import math
from itertools import combinations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tsloss_core.topology.clouds import CLOUDS, gaussian, noisy_circle, small_clouds
from tsloss_core.topology import Diagram, bottleneck_distance, distance_matrix, vietoris_rips
from tsloss_core.topology.gudhi_bridge import simplex_tree_diagrams


def _bars(diagram: Diagram) -> np.ndarray:
    return np.array(sorted(zip(diagram.births, diagram.deaths, strict=True))).reshape(-1, 2)


def _assert_as_oracle(points: np.ndarray, longest: float = math.inf, dimension: int = 1) -> None:
    truth = simplex_tree_diagrams(distance_matrix(points), dimension, longest)
    for ours, theirs in zip(vietoris_rips(points, dimension, longest), truth, strict=True):
        np.testing.assert_allclose(_bars(ours), _bars(theirs), rtol=0, atol=1e-9)
        np.testing.assert_allclose(np.sort(ours.essential), np.sort(theirs.essential), atol=1e-9)


def _assert_generators_are_values(points: np.ndarray) -> None:
    distances = distance_matrix(points)
    components, loops = vietoris_rips(points)
    np.testing.assert_array_equal(distances[tuple(components.death_edges.T)], components.deaths)
    assert components.birth_edges is None
    assert loops.birth_edges is not None
    np.testing.assert_array_equal(distances[tuple(loops.birth_edges.T)], loops.births)
    np.testing.assert_array_equal(distances[tuple(loops.death_edges.T)], loops.deaths)


class TestTies:
    def test_edges_of_one_length_come_in_the_order_of_their_points(self) -> None:
        upper = np.triu(np.random.default_rng(0).integers(1, 4, (40, 40)), k=1).astype(float)
        distances = upper + upper.T
        components = vietoris_rips(distances, precomputed=True)[0]
        assert components.death_edges.tolist() == _joining_edges(distances)


def _joining_edges(distances: np.ndarray) -> list[list[int]]:
    """The edges of Kruskal's spanning tree, ties by the numbers of the points."""
    component = list(range(len(distances)))
    joining = []
    for i, j in sorted(combinations(component, 2), key=lambda edge: (distances[edge], edge)):
        if component[i] != component[j]:
            old = component[j]
            component = [component[i] if each == old else each for each in component]
            joining.append([i, j])
    return joining


class TestVietorisRips:
    @pytest.mark.parametrize("name", CLOUDS)
    def test_diagrams_are_those_of_the_oracle(self, name: str) -> None:
        _assert_as_oracle(CLOUDS[name])

    @pytest.mark.parametrize("name", CLOUDS)
    @pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
    def test_they_are_below_a_longest_edge(self, name: str, quantile: float) -> None:
        longest = float(np.quantile(distance_matrix(CLOUDS[name]), quantile))
        _assert_as_oracle(CLOUDS[name], longest)

    @settings(max_examples=150, deadline=None)
    @given(small_clouds, st.none() | st.floats(0, 10))
    def test_they_are_on_any_small_cloud(self, points: np.ndarray, longest: float | None) -> None:
        _assert_as_oracle(points, math.inf if longest is None else longest)

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("n", [100, 180])
    def test_they_are_on_larger_clouds(self, n: int, seed: int) -> None:
        _assert_as_oracle(noisy_circle(n, seed, noise=0.3))

    @pytest.mark.parametrize("name", CLOUDS)
    def test_generators_are_the_values(self, name: str) -> None:
        _assert_generators_are_values(CLOUDS[name])

    @settings(max_examples=50, deadline=None)
    @given(small_clouds)
    def test_generators_are_the_values_on_any_small_cloud(self, points: np.ndarray) -> None:
        _assert_generators_are_values(points)

    def test_distinct_points_give_a_bar_each_one_of_them_essential(self) -> None:
        (components,) = vietoris_rips(gaussian(30, 4), max_dimension=0)
        assert (len(components.deaths), components.essential.tolist()) == (29, [0.0])

    def test_a_square_has_one_loop(self) -> None:
        _, loops = vietoris_rips([[0, 0], [1, 0], [1, 1], [0, 1]])
        assert (loops.births.tolist(), loops.deaths.tolist()) == ([1.0], [math.sqrt(2)])

    def test_an_octahedron_has_a_void(self) -> None:
        points = np.r_[np.eye(3), -np.eye(3)]
        *_, voids = vietoris_rips(points, max_dimension=2)
        np.testing.assert_allclose(_bars(voids), [[math.sqrt(2), 2]])

    @pytest.mark.parametrize("n", [1, 2, 7, 30])
    def test_voids_are_those_of_the_whole_complex(self, n: int) -> None:
        _assert_as_oracle(gaussian(n, 3, 5), dimension=2)
        _assert_as_oracle(gaussian(n, 3, 5), longest=1.5, dimension=2)

    def test_a_matrix_gives_what_its_points_give(self) -> None:
        points = noisy_circle(40)
        from_matrix = vietoris_rips(distance_matrix(points), precomputed=True)
        for one, other in zip(vietoris_rips(points), from_matrix, strict=True):
            np.testing.assert_array_equal(_bars(one), _bars(other))

    def test_a_tensor_in_bf16_is_a_cloud(self) -> None:
        points = torch.from_numpy(gaussian(12, 4)).bfloat16().requires_grad_()
        truth = vietoris_rips(points.detach().double().numpy())
        for one, other in zip(vietoris_rips(points), truth, strict=True):
            np.testing.assert_array_equal(_bars(one), _bars(other))

    @settings(max_examples=60, deadline=None)
    @given(st.integers(2, 25), st.integers(1, 4), st.floats(0, 0.5), st.integers(0, 1000))
    def test_a_small_move_moves_diagrams_little(
        self, n: int, d: int, size: float, seed: int
    ) -> None:
        """Stability: bottleneck distance <= 2 max ||e_i|| (Chazal, de Silva and Oudot 2014)."""
        points, move = gaussian(n, d, seed), size * gaussian(n, d, seed + 1)
        bound = 2 * float(np.linalg.norm(move, axis=1).max())
        moved = vietoris_rips(points + move)
        for before, after in zip(vietoris_rips(points), moved, strict=True):
            assert bottleneck_distance(before, after) <= bound + 1e-9


class TestBadInput:
    @pytest.mark.parametrize("bad", [math.nan, math.inf])
    def test_coordinates_must_be_finite(self, bad: float) -> None:
        with pytest.raises(ValueError, match="NaN or infinity"):
            vietoris_rips([[0.0, 0.0], [bad, 1.0]])

    @pytest.mark.parametrize("dimension", [-1, 3])
    def test_the_dimension_is_bounded(self, dimension: int) -> None:
        with pytest.raises(ValueError, match=f"not {dimension}"):
            vietoris_rips(np.eye(3), max_dimension=dimension)

    @pytest.mark.parametrize(
        ("matrix", "message"),
        [
            ([[0, 1], [2, 0]], "symmetric"),
            ([[0, -1], [-1, 0]], "negative: found -1"),
            ([[0, 1]], "square"),
            ([[1, 1], [1, 0]], "diagonal"),
            ([[0, math.nan], [math.nan, 0]], "finite"),
        ],
    )
    def test_a_matrix_that_is_none_of_distances_is_refused(
        self, matrix: list[list[float]], message: str
    ) -> None:
        with pytest.raises(ValueError, match=message):
            vietoris_rips(matrix, precomputed=True)

    def test_too_many_points_are_refused(self) -> None:
        with pytest.raises(ValueError, match="over the limit of 4096"):
            vietoris_rips(np.zeros((4097, 1)))

    @pytest.mark.parametrize("points", [3.0, [1.0, 2.0], np.zeros((2, 2, 2))])
    def test_a_cloud_has_two_axes(self, points: object) -> None:
        with pytest.raises(ValueError, match="shape"):
            vietoris_rips(points)  # type: ignore[arg-type]

    def test_a_longest_edge_that_is_no_length_is_refused(self) -> None:
        with pytest.raises(ValueError, match="max_edge_length"):
            vietoris_rips(np.eye(3), max_edge_length=math.nan)
