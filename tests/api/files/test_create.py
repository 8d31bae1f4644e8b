"""POST /v1/files: what is taken, and that nothing stays of what is not."""

import json
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from safetensors.numpy import save

from api.app import create_app
from store.schema import File
from store.settings import Settings
from tests.api.support import ROW, Door, jsonl, ok, refused
from tests.tsloss_core.test_clouds import npy

MESSAGES = {
    "messages": [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]
}
NOT_FOUR = {"question": "2 + 2?", "answer": "4", "choices": ["3", "5"]}


class TestTrainingRows:
    @pytest.mark.parametrize(
        "content",
        [
            jsonl(ROW, ROW),
            jsonl(ROW, MESSAGES),
            jsonl(ROW, {"prompt": "2 + 2?", "completion": "4", "choices": ["3", "4"]}),
            b"\xef\xbb\xbf" + jsonl(ROW, ROW),
            jsonl(ROW, ROW).replace(b"\n", b"\r\n"),
            jsonl(ROW, ROW).strip(),
            jsonl(ROW, ROW) + b"\n  \n",
        ],
        ids=["question", "messages", "prompt", "mark", "crlf", "no last newline", "blank end"],
    )
    def test_rows_in_any_shape_are_taken(self, door: Door, content: bytes) -> None:
        file = ok(door.upload(content))
        assert file["rows"] == 2
        assert file["bytes"] == len(content)
        assert file["purpose"] == "fine-tune"
        assert file["object"] == "file"
        assert door.client.get(f"/v1/files/{file['id']}/content").content == content

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            (b"{", "line 2: not JSON"),
            (b"[1]", "line 2: a row must be a JSON object"),
            (b'{"question": "2 + 2?"}', "line 2: answer"),
            (b'{"question": "", "answer": "4"}', "line 2: question"),
            (b'{"question": "2 + 2?", "answer": " "}', "line 2: answer"),
            (b'{"question": "2 + 2?", "answer": NaN}', "line 2: not JSON: NaN"),
            (b'{"question": "2 + 2?", "answer": 4}', "line 2: answer"),
            (b'{"question": "2 + 2?", "answer": "4", "hint": "x"}', "line 2: hint"),
            (b'{"messages": []}', "line 2: messages"),
            (json.dumps(NOT_FOUR).encode(), "line 2: the answer must be one of the choices"),
            (b'{"question": "\xff", "answer": "4"}', "line 2: not UTF-8"),
            (b'{"question": "\\ud800", "answer": "4"}', "line 2: question"),
            (b"", "line 2: a blank line"),
            (b"[" * 100_000, "line 2: "),
            (b'{"question": "2 + 2?", "answer": ' + b"9" * 5000 + b"}", "line 2: "),
            (b'{"' + b"k" * 50_000 + b'": 1}', "line 2: "),
        ],
    )
    def test_a_line_that_is_no_row_is_named(self, door: Door, line: bytes, told: str) -> None:
        response = door.upload(jsonl(ROW) + line + b"\n" + jsonl(ROW))
        assert refused(response, 422, "file").startswith(told)
        self._nothing_is_left(door)

    @pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe{\x00"])
    def test_a_file_without_rows_is_refused(self, door: Door, content: bytes) -> None:
        refused(door.upload(content), 422, "file")
        self._nothing_is_left(door)

    def test_more_rows_than_the_limit_are_refused(self, door: Door) -> None:
        assert "the limit is 50" in refused(door.upload(jsonl(*[ROW] * 51)), 422, "file")
        self._nothing_is_left(door)

    def test_as_many_rows_as_the_limit_are_taken(self, door: Door) -> None:
        assert ok(door.upload(jsonl(*[ROW] * 50)))["rows"] == 50

    def test_more_bytes_than_the_limit_are_refused(self, door: Door) -> None:
        message = refused(door.upload(b"x" * (256 * 1024 + 1)), 413, "file")
        assert "262145 bytes; the limit is 262144" in message
        self._nothing_is_left(door)

    def test_far_more_bytes_are_not_even_read(self, door: Door) -> None:
        refused(door.upload(b"x" * (400 * 1024)), 413)
        self._nothing_is_left(door)

    def _nothing_is_left(self, door: Door) -> None:
        assert door.count(File) == 0
        assert door.artifacts() == []


class TestStorage:
    def test_a_project_over_its_storage_is_refused_with_limit_and_value(
        self, settings: Settings
    ) -> None:
        content = jsonl(ROW)
        room = {"max_storage_bytes": 2 * len(content)}
        app = create_app(settings.model_copy(update=room))
        with TestClient(app):
            door = Door.open(app)
            files = [door.file(content) for _ in range(2)]
            response = door.upload(content)
            told = refused(response, 429)
            assert str(2 * len(content)) in told
            assert str(3 * len(content)) in told
            assert response.headers["x-should-retry"] == "false"
            assert (door.count(File), len(door.artifacts())) == (2, 2)
            ok(door.client.delete(f"/v1/files/{files[0]}"))
            ok(door.upload(content))


class TestPointClouds:
    NPY = npy(np.eye(3))
    SAFETENSORS = save({"points": np.eye(3)})

    @pytest.mark.parametrize(
        ("name", "content"),
        [("a.npy", NPY), ("a.safetensors", SAFETENSORS), ("A.CSV", b"0,1\n1,0\n")],
    )
    def test_a_cloud_is_taken(self, door: Door, name: str, content: bytes) -> None:
        file = ok(door.upload(content, "point-cloud", name))
        assert file["purpose"] == "point-cloud"
        assert file["rows"] in (2, 3)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.pkl", NPY),
            ("npy", NPY),
            ("a.npy", SAFETENSORS),
            ("a.safetensors", NPY),
            ("a.safetensors", b"\xff" * 8 + b"{}"),
            ("a.csv", b"\x80\x04\x95\x00\x00"),
            ("a.csv", b" \n"),
            ("a.npy", b""),
            ("a.npy", npy(np.array([[np.nan]]))),
            ("a.npy", npy(np.zeros((513, 1)))),
            ("a.csv", b"0,inf\n"),
        ],
    )
    def test_anything_else_is_refused(self, door: Door, name: str, content: bytes) -> None:
        refused(door.upload(content, "point-cloud", name), 422, "file")
        assert door.count(File) == 0
        assert door.artifacts() == []


class TestForm:
    @pytest.mark.parametrize("purpose", ["assistants", "fine-tune-results", "", "FINE-TUNE"])
    def test_an_unknown_purpose_is_refused(self, door: Door, purpose: str) -> None:
        refused(door.upload(purpose=purpose), 422, "purpose")

    def test_a_form_without_a_file_is_refused(self, door: Door) -> None:
        response = door.client.post("/v1/files", data={"purpose": "fine-tune"})
        refused(response, 422, "file")

    def test_a_text_in_the_place_of_the_file_is_refused(self, door: Door) -> None:
        data = {"purpose": "fine-tune", "file": "text"}
        refused(door.client.post("/v1/files", data=data), 422, "file")

    def test_an_unknown_field_is_refused(self, door: Door) -> None:
        response = door.client.post(
            "/v1/files",
            data={"purpose": "fine-tune", "project_id": "mine"},
            files={"file": ("rows.jsonl", jsonl(ROW))},
        )
        refused(response, 422, "project_id")
        assert door.count(File) == 0

    def test_json_is_no_form(self, door: Door) -> None:
        response = door.client.post("/v1/files", json={"purpose": "fine-tune"})
        assert response.status_code == 422

    def test_a_form_that_ends_early_is_refused(self, door: Door) -> None:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n{'
        response = door.client.post("/v1/files", content=body, headers=headers)
        assert response.status_code in (400, 422)
        assert door.count(File) == 0

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\data\\rows.jsonl", "rows.jsonl"),
            ("Zeilen für später.jsonl", "Zeilen für später.jsonl"),
        ],
    )
    def test_a_name_is_only_shown(self, door: Door, given: str, shown: str) -> None:
        file = ok(door.upload(name=given))
        assert file["filename"] == shown
        assert all("passwd" not in key for key in door.artifacts())

    @pytest.mark.parametrize("name", ["a\x00b", "a\nb", "a\x1bb", "x" * 256, "dir/"])
    def test_a_name_that_cannot_be_shown_is_refused(self, door: Door, name: str) -> None:
        response = _post_named(door, name)
        assert response.status_code in (400, 422), response.text
        assert door.count(File) == 0
        assert door.artifacts() == []


def _post_named(door: Door, name: str) -> Any:
    """Post a form by hand: client libraries escape what servers must withstand."""
    disposition = b'Content-Disposition: form-data; name="file"; filename="%s"' % name.encode()
    body = b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n'
    body += b"--x\r\n" + disposition + b"\r\n\r\n" + jsonl(ROW) + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    return door.client.post("/v1/files", content=body, headers=headers)
