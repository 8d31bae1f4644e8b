"""All snapshots' tokens in one plane."""

import weakref
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tsloss_core.analysis import PointCloud
from tsloss_core.analysis.token_map import MAX_SAMPLE, token_maps

Points = NDArray[np.floating]


def _maps(clouds: Sequence[Points]) -> list[NDArray[np.float64]]:
    return [*token_maps([PointCloud(10 * at, cloud) for at, cloud in enumerate(clouds)]).values()]


class Stored(Sequence[PointCloud]):
    """Clouds made when they are asked for; knows how often each was, and the most held at once."""

    def __init__(self, count: int) -> None:
        self.reads = [0] * count
        self.most_held = 0
        self._held = 0

    def __len__(self) -> int:
        return len(self.reads)

    def __getitem__(self, at: int) -> PointCloud:  # type: ignore[override]
        self.reads[at] += 1
        points = np.random.default_rng(at).normal(size=(4, 3))
        self._held += 1
        self.most_held = max(self.most_held, self._held)
        weakref.finalize(points, self._let_go)
        return PointCloud(at, points)

    def _let_go(self) -> None:
        self._held -= 1


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
    kept = np.concatenate(_maps(clouds))
    singular = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False)[:2]
    assert np.linalg.norm(kept) == pytest.approx(np.linalg.norm(singular), rel=1e-6, abs=1e-9)


def test_distances_in_a_plane_are_kept() -> None:
    plane = np.linalg.qr(np.random.default_rng(1).normal(size=(8, 2)))[0]
    flat = np.random.default_rng(2).normal(size=(5, 2))
    (mapped,) = _maps([flat @ plane.T])
    distances = [np.linalg.norm(each[:, None] - each[None], axis=2) for each in (flat, mapped)]
    assert distances[0] == pytest.approx(distances[1])


def test_clouds_share_their_axes() -> None:
    cloud = _walk(0, 1, 6, 5)[0]
    first, second = _maps([cloud, cloud + np.float32(1.0)])
    moved = second - first
    assert moved == pytest.approx(np.broadcast_to(moved[0], moved.shape), abs=1e-5)


def test_a_long_run_is_sampled() -> None:
    clouds = _walk(3, MAX_SAMPLE // 4, 8, 3)
    maps = _maps(clouds)
    assert len(maps) == len(clouds)
    assert maps[0].shape == (8, 2)


def test_one_point_has_no_variance() -> None:
    assert _maps([np.ones((1, 4))])[0].tolist() == [[0.0, 0.0]]


def test_no_cloud_has_no_map() -> None:
    assert token_maps([]) == {}


def test_maps_go_by_step() -> None:
    cloud = PointCloud(70, np.eye(3))
    assert [*token_maps([cloud])] == [70]


def test_clouds_are_read_twice_and_let_go() -> None:
    clouds = Stored(30)
    token_maps(clouds)
    assert clouds.reads == [3, *[2] * 29]
    assert clouds.most_held <= 2


def test_clouds_between_those_of_the_sample_are_read_once() -> None:
    clouds = Stored(2 * MAX_SAMPLE)
    token_maps(clouds)
    assert sum(clouds.reads) == 1 + MAX_SAMPLE + len(clouds)


@pytest.mark.parametrize(
    ("clouds", "message"),
    [
        ([np.ones((2, 3)), np.ones((2, 4))], r"shape: \(2, 3\) and \(2, 4\)"),
        ([np.ones((2, 3)), np.ones((1, 3))], r"shape: \(2, 3\) and \(1, 3\)"),
        ([np.array([[0.0, np.nan], [1.0, 1.0]])], "NaN"),
    ],
)
def test_what_has_no_map_is_refused(clouds: list[Points], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _maps(clouds)
