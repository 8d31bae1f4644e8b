"""Point clouds on which engines like to disagree."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays


def gaussian(n: int, d: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def noisy_circle(n: int, seed: int = 0, noise: float = 0.05) -> np.ndarray:
    rng = np.random.default_rng(seed)
    angles = rng.uniform(0, 2 * np.pi, n)
    return np.c_[np.cos(angles), np.sin(angles)] + noise * rng.normal(size=(n, 2))


def grid(side: int) -> np.ndarray:
    return np.array([[i, j] for i in range(side) for j in range(side)], dtype=float)


CLOUDS = {
    "one point": gaussian(1, 3),
    "two points": gaussian(2, 3),
    "three points": gaussian(3, 3),
    "gaussian in the plane": gaussian(40, 2),
    "gaussian in 16 dimensions": gaussian(60, 16),
    "gaussian in 8192 dimensions": gaussian(20, 8192),
    "noisy circle": noisy_circle(60),
    "figure eight": np.r_[noisy_circle(40), noisy_circle(40, seed=1) + np.array([2, 0])],
    "repeated points": np.repeat(gaussian(8, 3), 3, axis=0),
    "one point many times": np.ones((6, 4)),
    "collinear": np.c_[np.arange(10.0), np.zeros(10)],
    "grid with ties": grid(6),
    "regular polygon": np.c_[np.cos(np.arange(12) * np.pi / 6), np.sin(np.arange(12) * np.pi / 6)],
    "far outlier": np.r_[noisy_circle(30), [[1e6, 0]]],
    "tight and far from the origin": 5 + 1e-3 * gaussian(30, 64),
}

small_clouds = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 12), st.integers(1, 3)),
    elements=st.integers(-4, 4).map(float) | st.floats(-10, 10, width=32),
)
"""Few points on and off a coarse lattice: ties and repeated points come often."""
