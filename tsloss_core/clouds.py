"""Reads an uploaded point cloud: .npy, .safetensors, CSV or a PEFT adapter, never a pickle."""

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tsloss_core.adapters import read_adapter, read_safetensors
from tsloss_core.spec.analysis import FEWEST_POINTS

Cloud = NDArray[np.float64]


def read_cloud(data: bytes, filename: str, max_points: int, max_width: int) -> Cloud:
    """Return the (n, d) points of a file, float64.

    The ending of `filename` names the format; a .safetensors file holds one tensor, a .zip a PEFT
    prompt-tuning adapter. Nothing larger than the file itself, or than a cloud at the limits, is
    allocated on the word of a header. Raises ValueError that names what is wrong: the format, the
    shape, a limit, NaN or infinity, a single point, or points that are all the same.
    """
    ending = PurePosixPath(filename).suffix.lower()
    if ending not in READERS:
        raise ValueError(f"a point cloud must end in one of {', '.join(READERS)}")
    return _checked(READERS[ending](data, max_points, max_width), max_points, max_width)


def _checked(points: NDArray[np.generic], max_points: int, max_width: int) -> Cloud:
    if points.ndim != 2 or 0 in points.shape:
        raise ValueError(f"a point cloud must have shape (n, d), not {points.shape}")
    if points.shape[0] > max_points:
        raise ValueError(f"{points.shape[0]} points, over the limit of {max_points}")
    if points.shape[1] > max_width:
        raise ValueError(f"{points.shape[1]} coordinates, over the limit of {max_width}")
    if points.dtype.kind not in "fiu":
        raise ValueError(f"coordinates must be numbers, not {points.dtype}")
    cloud = points.astype(np.float64)
    if not np.isfinite(cloud).all():
        raise ValueError("coordinates must be finite: found NaN or infinity")
    if len(cloud) < FEWEST_POINTS:
        raise ValueError(f"1 point, under the limit of {FEWEST_POINTS}: it has no shape")
    if (cloud == cloud[0]).all():
        raise ValueError(f"all {len(cloud)} points are the same: they have no shape")
    return cloud


def _read_npy(data: bytes) -> NDArray[np.generic]:
    file = io.BytesIO(data)
    try:
        version = npy.read_magic(file)
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read_header(file)
        announced = int(np.prod(shape, dtype=object)) * dtype.itemsize
        if dtype.hasobject or announced != len(data) - file.tell():
            raise ValueError("its header does not fit its data")
        array: NDArray[np.generic] = np.load(io.BytesIO(data), allow_pickle=False)
    except Exception as error:  # numpy evaluates the header and lets through what Python raises.
        raise ValueError(f"not a .npy array: {error}") from None
    return array


def _read_csv(data: bytes, max_points: int, max_width: int) -> NDArray[np.generic]:
    try:
        lines = _lines(data, max_points, max_width)
        points = np.loadtxt(lines, delimiter=",", ndmin=2, comments=None)
    except ValueError as error:
        raise ValueError(f"not a CSV of numbers: {error}") from None
    return points


def _lines(data: bytes, max_points: int, max_width: int) -> Iterator[str]:
    """The lines that hold a point, one by one: a file over the limits is refused unparsed."""
    count = 0
    for line in io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig"):
        if not line.strip():
            continue
        count += 1
        if count > max_points:
            raise ValueError(f"over the limit of {max_points} points")
        if line.count(",") >= max_width:
            raise ValueError(f"point {count} is over the limit of {max_width} coordinates")
        yield line
    if count == 0:
        raise ValueError("the file is empty")


READERS: Mapping[str, Callable[[bytes, int, int], NDArray[np.generic]]] = {
    ".npy": lambda data, *_: _read_npy(data),
    ".safetensors": lambda data, *_: read_safetensors(data),
    ".csv": _read_csv,
    ".zip": lambda data, max_points, max_width: read_adapter(data, 8 * max_points * max_width),
}
"""What reads a file by the ending of its name, given the limits on points and their width."""
