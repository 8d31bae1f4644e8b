"""A first look at a point cloud; the worker that reads it checks its shape and every number."""

from pathlib import PurePosixPath
from typing import BinaryIO

from api.files.refusal import refused

_HEAD_BYTES = 4096
_LONGEST_SAFETENSORS_HEADER = 1 << 20


def check_point_cloud(file: BinaryIO, filename: str) -> None:
    """Raise a 422 unless the file starts as its ending says: .npy, .safetensors or .csv."""
    ending = PurePosixPath(filename).suffix.lower()
    if ending not in _STARTS_LIKE:
        raise refused("the name of a point cloud must end in .npy, .safetensors or .csv")
    if not _STARTS_LIKE[ending](file.read(_HEAD_BYTES)):
        raise refused(f"the file does not start like {ending}")


def _is_npy(head: bytes) -> bool:
    return head.startswith(b"\x93NUMPY")


def _is_safetensors(head: bytes) -> bool:
    """Eight bytes give the length of a JSON object that follows them."""
    length = int.from_bytes(head[:8], "little")
    return head[8:9] == b"{" and length <= _LONGEST_SAFETENSORS_HEADER


def _is_csv(head: bytes) -> bool:
    return bool(head.strip()) and b"\x00" not in head


_STARTS_LIKE = {".npy": _is_npy, ".safetensors": _is_safetensors, ".csv": _is_csv}
