"""All snapshots' tokens in one plane."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tsloss_core.analysis.token_map import MAX_SAMPLE, token_maps


def _walk(seed: int, snapshots: int, tokens: int, width: int) -> list[NDArray[np.float32]]:
    random = np.random.default_rng(seed)
    steps = random.normal(size=(snapshots, tokens, width)).astype(np.float32)
    return list(steps.cumsum(axis=0))


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 6), st.integers(1, 6))
def test_it_is_the_plane_of_largest_variance(
    seed: int, snapshots: int, tokens: int, width: int
) -> None:
    clouds = _walk(seed, snapshots, tokens, width)
    rows = np.concatenate(clouds).astype(np.float64)
    kept = np.concatenate(token_maps(clouds))
    singular = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False)[:2]
    assert np.linalg.norm(kept) == pytest.approx(np.linalg.norm(singular), rel=1e-6, abs=1e-9)


def test_distances_in_a_plane_are_kept() -> None:
    plane = np.linalg.qr(np.random.default_rng(1).normal(size=(8, 2)))[0]
    flat = np.random.default_rng(2).normal(size=(5, 2))
    (mapped,) = token_maps([flat @ plane.T])
    distances = [np.linalg.norm(each[:, None] - each[None], axis=2) for each in (flat, mapped)]
    assert distances[0] == pytest.approx(distances[1])


def test_clouds_share_their_axes() -> None:
    cloud = _walk(0, 1, 6, 5)[0]
    first, second = token_maps([cloud, cloud + np.float32(1.0)])
    moved = second - first
    assert moved == pytest.approx(np.broadcast_to(moved[0], moved.shape), abs=1e-5)


def test_a_long_run_is_sampled() -> None:
    clouds = _walk(3, MAX_SAMPLE // 4, 8, 3)
    maps = token_maps(clouds)
    assert len(maps) == len(clouds)
    assert maps[0].shape == (8, 2)


def test_one_point_has_no_variance() -> None:
    assert token_maps([np.ones((1, 4))])[0].tolist() == [[0.0, 0.0]]


def test_no_cloud_has_no_map() -> None:
    assert token_maps([]) == []


@pytest.mark.parametrize(
    "clouds", [[np.ones((2, 3)), np.ones((2, 4))], [np.array([[0.0, np.nan], [1.0, 1.0]])]]
)
def test_what_has_no_map_is_refused(clouds: list[NDArray[np.float64]]) -> None:
    with pytest.raises(ValueError, match=r"width|NaN"):
        token_maps(clouds)
