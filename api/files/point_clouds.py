"""Reads an uploaded point cloud to its last number before it is stored."""

from typing import BinaryIO

from api.files.refusal import refused
from store.settings import Settings
from tsloss_core.clouds import read_cloud


def count_points(file: BinaryIO, filename: str, settings: Settings) -> int:
    """Return the points of a cloud. Raises a 422 that says why it is none, or over which limit."""
    limits = settings.max_points, settings.max_point_width
    try:
        return len(read_cloud(file.read(), filename, *limits))
    except ValueError as error:
        raise refused(str(error)) from None
