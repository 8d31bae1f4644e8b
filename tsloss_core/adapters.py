"""Reads the vectors of a safetensors file and of a zipped PEFT prompt-tuning adapter."""

import io
import json
import zipfile
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize

Array = NDArray[np.generic]

WEIGHTS, CONFIG = "adapter_model.safetensors", "adapter_config.json"
HEADROOM = 1 << 20
"""Bytes that a header or a configuration may take beside the vectors."""

MAX_MEMBERS = 100
"""Files in a zip; each costs memory when its directory is read."""

_DIRECTORY_ENTRY = b"PK\x01\x02"
_COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1",
}  # fmt: skip


def read_safetensors(data: bytes) -> Array:
    """Return the one tensor of a safetensors file; bf16 comes as float32. Raises ValueError."""
    try:
        tensors = deserialize(data)  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise ValueError(f"not a .safetensors file: {error}") from None
    if len(tensors) != 1:
        raise ValueError(f"a .safetensors cloud holds one tensor, not {len(tensors)}")
    return _array(tensors[0][1])


def read_adapter(data: bytes, largest: int) -> Array:
    """Return the virtual tokens of a zipped PEFT prompt-tuning adapter, (n, d).

    The zip holds `adapter_model.safetensors` and, it may be, `adapter_config.json`, alone or in one
    folder. No more than `largest` bytes of vectors are unpacked. Raises ValueError.
    """
    if data.count(_DIRECTORY_ENTRY) > MAX_MEMBERS:
        raise ValueError(f"not a PEFT prompt-tuning adapter: over the limit of {MAX_MEMBERS} files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {PurePosixPath(name).name: name for name in archive.namelist()}
            if WEIGHTS not in names:
                raise ValueError(f"no {WEIGHTS} in it")
            if CONFIG in names:
                _check_config(_unpack(archive, names[CONFIG], HEADROOM))
            weights = _unpack(archive, names[WEIGHTS], largest + HEADROOM)
    except ValueError as error:
        raise ValueError(f"not a PEFT prompt-tuning adapter: {error}") from None
    except Exception as error:  # zipfile lets through whatever damaged bytes make of it.
        raise ValueError(f"not a zip file: {error}") from None
    return read_safetensors(weights)


def _unpack(archive: zipfile.ZipFile, name: str, largest: int) -> bytes:
    if archive.getinfo(name).compress_type not in _COMPRESSIONS:
        raise ValueError(f"{PurePosixPath(name).name} must be stored or deflated")
    with archive.open(name) as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        raise ValueError(f"{PurePosixPath(name).name} unpacks to more than {largest} bytes")
    return data


def _check_config(data: bytes) -> None:
    try:
        config = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{CONFIG} is not JSON: {error}") from None
    kind = config.get("peft_type") if isinstance(config, dict) else None
    if kind != "PROMPT_TUNING":
        raise ValueError(f"its peft_type is {kind!r}, not 'PROMPT_TUNING'")


def _array(tensor: dict[str, Any]) -> Array:
    name, shape, raw = tensor["dtype"], tensor["shape"], tensor["data"]
    if name == "BF16":
        # The upper half of a float32.
        wide = np.frombuffer(raw, dtype="<u2").astype("<u4") << 16
        return wide.view("<f4").reshape(shape)
    if name not in _DTYPES:
        raise ValueError(f"coordinates must be numbers, not {name}")
    return np.frombuffer(raw, dtype=_DTYPES[name]).reshape(shape)
