"""What must never be possible, one class each."""

import http.server
import json
import logging
import pickle
import struct
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.api.support import JOBS, Door, ok, refused
from tests.support.openapi_fields import bodies
from tests.support.tiny_models import save_tiny_model
from tests.tsloss_core.test_clouds import npy
from tsloss_core.models import ModelNotLoadableError, load_base
from worker.webhooks.addresses import AddressRefusedError, look_up

OPENED: list[str] = []


def _note_opened(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("open", "os.listdir", "os.mkdir") and isinstance(arguments[0], str):
        OPENED.append(arguments[0])


@pytest.fixture(scope="module", autouse=True)
def _watch_the_file_system() -> None:
    """An audit hook stays for the life of the process; it only makes a list longer."""
    sys.addaudithook(_note_opened)


class _Bomb:
    """Unpickled, it leaves a file."""

    def __init__(self, mark: Path) -> None:
        self._mark = str(mark)

    def __reduce__(self) -> tuple[Any, tuple[str, str]]:
        return open, (self._mark, "w")


class TestPickles:
    """Loading pickled weights or arrays."""

    def test_an_array_of_objects_is_not_unpickled(self, door: Door, tmp_path: Path) -> None:
        mark = tmp_path / "exploded"
        array = np.array([[_Bomb(mark)]], dtype=object)
        for name, content in {
            "a.npy": npy(array, allow_pickle=True),
            "b.npy": pickle.dumps(_Bomb(mark)),
            "a.csv": pickle.dumps(_Bomb(mark)),
            "a.pkl": pickle.dumps(_Bomb(mark)),
            "a.safetensors": pickle.dumps(_Bomb(mark)),
        }.items():
            refused(door.upload(content, "point-cloud", name), 422, "file")
        assert not mark.exists()

    def test_pickled_weights_are_not_unpickled(self, tmp_path: Path) -> None:
        mark = tmp_path / "exploded"
        model = save_tiny_model(tmp_path / "model")
        (model / "model.safetensors").unlink()
        (model / "pytorch_model.bin").write_bytes(pickle.dumps({"w": _Bomb(mark)}))
        with pytest.raises(ModelNotLoadableError):
            load_base(str(model))
        assert not mark.exists()


class TestRemoteCode:
    """`trust_remote_code` from a request."""

    @pytest.mark.parametrize("body", bodies(), ids=lambda body: body.path)
    def test_no_route_takes_it(self, door: Door, body: Any) -> None:
        path = body.path.replace("{experiment_id}", "exp-0")
        response = door.client.post(path, json={**body.example(), "trust_remote_code": True})
        refused(response, 422, "trust_remote_code")

    def test_no_group_of_a_jobs_settings_takes_it(self, door: Door) -> None:
        for group in ("init", "regularizer", "hyperparameters", "evaluation", "snapshots"):
            settings = {group: {"trust_remote_code": True, "type": "none"}}
            method = {"type": "soft_prompt", "soft_prompt": settings}
            assert door.post_job(method=method).status_code == 422

    def test_code_beside_a_models_weights_is_not_run(self, tmp_path: Path) -> None:
        mark = tmp_path / "exploded"
        model = save_tiny_model(tmp_path / "model")
        (model / "evil.py").write_text(f"open({str(mark)!r}, 'w')\nclass Evil: pass\n")
        config = json.loads((model / "config.json").read_text())
        config["auto_map"] = {"AutoConfig": "evil.Evil", "AutoModelForCausalLM": "evil.Evil"}
        config["model_type"] = "unheard-of"
        (model / "config.json").write_text(json.dumps(config))
        with pytest.raises(ModelNotLoadableError):
            load_base(str(model))
        assert not mark.exists()


class TestNames:
    """A model name or file name that reaches the file system."""

    NAME = "a-name-that-only-this-test-knows"

    def test_no_name_of_a_request_is_part_of_a_path(self, door: Door) -> None:
        OPENED.clear()
        file_id = door.file(name=f"../{self.NAME}.jsonl")
        for name in (self.NAME, f"../{self.NAME}", f"/tmp/{self.NAME}"):
            refused(door.post_job(model=name, training_file=file_id), 404, "model")
            door.client.get(f"/v1/models/{name}")
            door.client.get(f"/v1/files/{name}/content")
            door.client.get(f"/v1/analyses/x/figures/{name}.svg")
        ok(door.post_job(suffix=self.NAME, training_file=file_id))
        assert door.client.get(f"/v1/files/{file_id}/content").status_code == 200
        assert OPENED
        assert [path for path in OPENED if self.NAME in path] == []


@contextmanager
def _private_server() -> Iterator[tuple[int, list[str]]]:
    """A server on the loopback address, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, asked
    server.shutdown()
    server.server_close()


class TestPrivateAddresses:
    """A URL from a request fetched towards private addresses."""

    def test_the_api_fetches_nothing_and_the_worker_refuses(self, door: Door) -> None:
        with _private_server() as (port, asked):
            for host in ("127.0.0.1", "localhost", "127.1", "[::ffff:7f00:1]"):
                url = f"http://{host}:{port}/"
                door.client.post("/v1/webhooks", json={"url": url})
                with pytest.raises((AddressRefusedError, OSError)):
                    look_up(url, [])
            assert asked == []


class TestProjects:
    """A row of one project read or changed by another."""

    def test_a_stranger_changes_nothing(self, door: Door, stranger: Door) -> None:
        job = door.job()
        before = door.get(f"{JOBS}/{job['id']}"), door.get("/v1/files")
        for wish in ("cancel", "pause", "resume", "retry"):
            refused(stranger.client.post(f"{JOBS}/{job['id']}/{wish}"), 404)
        refused(stranger.client.delete(f"{JOBS}/{job['id']}"), 404)
        refused(stranger.client.delete(f"/v1/files/{job['training_file']}"), 404)
        refused(stranger.post_job(training_file=job["training_file"]), 404, "training_file")
        refused(stranger.client.get(f"{JOBS}?after={job['id']}"), 404)
        assert (door.get(f"{JOBS}/{job['id']}"), door.get("/v1/files")) == before


def _lying_npy(shape: str) -> bytes:
    return npy(np.zeros((3, 2))).replace(b"(3, 2)", shape.encode())


def _lying_safetensors(header: dict[str, Any], length: int | None = None) -> bytes:
    text = json.dumps(header).encode()
    points = struct.pack("<6d", 0, 0, 1, 0, 0, 1)
    return (len(text) if length is None else length).to_bytes(8, "little") + text + points


HUGE = {"points": {"dtype": "F64", "shape": [10**9, 10**6], "data_offsets": [0, 48]}}
BEYOND = {"points": {"dtype": "F64", "shape": [3, 2], "data_offsets": [0, 10**15]}}
TRUE = {"points": {"dtype": "F64", "shape": [3, 2], "data_offsets": [0, 48]}}


class TestAllocation:
    """A body that makes a worker or the API allocate without a limit.

    tests/api/test_streaming.py sends bodies without end; the header of a file may lie as well.
    """

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.npy", _lying_npy("(10**9, 2)")),
            ("a.npy", _lying_npy("(99999999999, 99999999)")),
            ("a.npy", _lying_npy("(-3, -2)")),
            ("a.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + b" " * 100),
            ("a.safetensors", _lying_safetensors(HUGE)),
            ("a.safetensors", _lying_safetensors(BEYOND)),
            ("a.safetensors", _lying_safetensors(TRUE, 2**62)),
            ("a.csv", b"1," * 100_000 + b"1"),
            ("a.csv", b"1\n" * 100_000),
        ],
    )
    def test_a_header_that_lies_costs_no_memory(
        self, door: Door, name: str, content: bytes
    ) -> None:
        door.file()
        tracemalloc.start()
        try:
            refused(door.upload(content, "point-cloud", name), 422, "file")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 16 << 20

    def test_what_the_headers_lie_about_is_the_point(self, door: Door) -> None:
        door.file(_lying_safetensors(TRUE), "point-cloud", "a.safetensors")


class TestSecrets:
    """A secret in a log, an event or an error. tests/service/test_secrets.py reads a whole run."""

    def test_a_refused_key_is_not_repeated(
        self, door: Door, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            answers = [
                door.client.get("/v1/files", headers={"Authorization": value}).text
                for value in ("Bearer tsl_not-yours", "Basic tsl_not-yours", "tsl_not-yours")
            ]
            answers.append(door.client.get(f"/v1/files?key={door.key}").text)
        assert "tsl_not-yours" not in caplog.text + "".join(answers)
