"""Reads an uploaded point cloud to its last number before it is stored."""

from typing import BinaryIO

from api.files.refusal import refused
from store.settings import Settings
from tsloss_core.clouds import read_cloud


def check_point_cloud(file: BinaryIO, filename: str, settings: Settings) -> None:
    """Raise a 422 that says why the file is no point cloud, or which limit it breaks."""
    try:
        read_cloud(file.read(), filename, settings.max_points, settings.max_point_width)
    except ValueError as error:
        raise refused(str(error)) from None
