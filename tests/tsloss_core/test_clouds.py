"""Point clouds in four formats, and every file that is none."""

import io
import json
import math
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from tsloss_core.clouds import read_cloud

POINTS = np.array([[0.0, 1.5], [2.0, -3.0], [0.25, 0.0]])


def npy(array: np.ndarray, **settings: bool) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **settings)
    return file.getvalue()


def _safetensors(dtype: str, data: bytes) -> bytes:
    entry = {"a": {"dtype": dtype, "shape": [3, 2], "data_offsets": [0, len(data)]}}
    header = json.dumps(entry).encode()
    return len(header).to_bytes(8, "little") + header + data


def _bf16() -> bytes:
    return _safetensors("BF16", (POINTS.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes())


def _zipped(
    folder: str = "",
    weights: bytes | None = save({"prompt_embeddings": POINTS}),
    config: bytes = b'{"peft_type": "PROMPT_TUNING"}',
    compression: int = zipfile.ZIP_DEFLATED,
    others: int = 0,
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr(f"{folder}adapter_config.json", config)
        if weights is not None:
            archive.writestr(f"{folder}adapter_model.safetensors", weights)
        for at in range(others):
            archive.writestr(f"{at}.txt", b"")
    return file.getvalue()


def _npy_with_header(header: bytes) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


def _read(data: bytes, name: str) -> np.ndarray:
    return read_cloud(data, name, max_points=100, max_width=10)


GOOD = {
    "float64.npy": npy(POINTS),
    "float32.NPY": npy(POINTS.astype(np.float32)),
    "whole.npy": npy(np.asfortranarray(POINTS)),
    "cloud.safetensors": save({"any_name": POINTS}),
    "cloud.csv": b"0,1.5\n2,-3\n0.25,0\n",
    "adapter_model.safetensors": save({"prompt_embeddings": POINTS.astype(np.float32)}),
    "bf16.safetensors": _bf16(),
    "adapter.zip": _zipped(),
    "folder.zip": _zipped(folder="adapter/"),
    "windows.csv": b"\xef\xbb\xbf0,1.5\r\n2,-3\r\n0.25,0\r\n",
}
LIE = npy(POINTS).replace(b"(3, 2)", b"(9, 9)")
BAD = {
    "pickle.npy": (pickle.dumps(POINTS), "not a .npy"),
    "object.npy": (npy(np.array([[{}]], dtype=object), allow_pickle=True), "not a .npy"),
    "lying.npy": (LIE, "header does not fit"),
    "cut.npy": (npy(POINTS)[:-1], "header does not fit"),
    "complex.npy": (npy(POINTS.astype(complex)), "must be numbers"),
    "cube.npy": (npy(np.zeros((2, 2, 2))), "shape"),
    "flat.npy": (npy(np.zeros(3)), "shape"),
    "empty.npy": (npy(np.zeros((0, 3))), "shape"),
    "one.npy": (npy(POINTS[:1]), "1 point, under the limit of 2"),
    "same.npy": (npy(POINTS[[0, 0, 0]]), "all 3 points are the same"),
    "junk.zip": (b"PK\x03\x04junk", "not a zip"),
    "none.zip": (_zipped(weights=None), "no adapter_model.safetensors"),
    "lora.zip": (_zipped(config=b'{"peft_type": "LORA"}'), "peft_type is 'LORA'"),
    "list.zip": (_zipped(config=b"[]"), "peft_type is None"),
    "words.zip": (_zipped(config=b"{"), "not JSON"),
    "bomb.zip": (_zipped(weights=bytes(3 << 20)), "unpacks to more than"),
    "strings.safetensors": (_safetensors("BOOL", bytes(6)), "must be numbers, not BOOL"),
    "half.npy": (_npy_with_header(b"{'descr': ("), "not a .npy"),
    "minus.npy": (_npy_with_header(b"-" * 9000 + b"1"), "not a .npy"),
    "untyped.npy": (
        _npy_with_header(b"{'descr': (), 'fortran_order': False, 'shape': (2, 2)}"),
        "not a .npy",
    ),
    "endless.npy": (
        _npy_with_header(
            b"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 9" + b"9" * 20 + b")}"
        ),
        "not a .npy",
    ),
    "lzma.zip": (_zipped(compression=zipfile.ZIP_LZMA), "must be stored or deflated"),
    "bzip2.zip": (_zipped(compression=zipfile.ZIP_BZIP2), "must be stored or deflated"),
    "crowd.zip": (_zipped(others=99), "over the limit of 100 files"),
    "many.csv": (b"0,1\n" * 101, "over the limit of 100 points"),
    "wide.csv": (b"0," * 10 + b"0\n", "point 1 is over the limit of 10 coordinates"),
    "blank.csv": (b"\n \n", "the file is empty"),
    "nan.npy": (npy(np.array([[math.nan, 0]])), "NaN or infinity"),
    "many.npy": (npy(np.zeros((101, 2))), "101 points, over the limit of 100"),
    "wide.npy": (npy(np.zeros((2, 11))), "11 coordinates, over the limit of 10"),
    "two.safetensors": (save({"a": POINTS, "b": POINTS}), "holds one tensor, not 2"),
    "junk.safetensors": (b"\xff" * 64, "not a .safetensors"),
    "inf.csv": (b"0,inf\n", "NaN or infinity"),
    "words.csv": (b"x,y\n0,1\n", "not a CSV"),
    "ragged.csv": (b"0,1\n2\n", "not a CSV"),
    "latin.csv": (b"\xff\n", "not a CSV"),
    "cloud.pkl": (b"", "must end in"),
    "cloud": (b"", "must end in"),
}


class TestReadCloud:
    @pytest.mark.parametrize("name", GOOD)
    def test_every_format_gives_the_points(self, name: str) -> None:
        cloud = _read(GOOD[name], name)
        np.testing.assert_array_equal(cloud, POINTS)
        assert cloud.dtype == np.float64

    @pytest.mark.parametrize("name", BAD)
    def test_anything_else_says_what_is_wrong(self, name: str) -> None:
        data, message = BAD[name]
        with pytest.raises(ValueError, match=message):
            _read(data, name)

    @given(st.binary(max_size=400), st.sampled_from([".npy", ".safetensors", ".csv", ".zip"]))
    def test_any_bytes_give_a_cloud_or_a_value_error(self, data: bytes, ending: str) -> None:
        head = {".npy": b"\x93NUMPY", ".zip": b"PK\x03\x04"}.get(ending, b"")
        try:
            assert np.isfinite(_read(head + data, f"any{ending}")).all()
        except ValueError:
            return
