"""The dashboard's files are for everybody, and a browser runs nothing but them."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.dashboard import WEB
from tests.api.support import refused
from tsloss_core.clouds import READERS


def _files() -> list[str]:
    return sorted(path.relative_to(WEB).as_posix() for path in WEB.rglob("*") if path.is_file())


class TestPage:
    def test_it_needs_no_key(self, app: FastAPI) -> None:
        response = TestClient(app).get("/")
        assert response.headers["content-type"].startswith("text/html")
        assert response.text == (WEB / "index.html").read_text("utf-8")

    def test_nothing_inline_and_nothing_foreign_may_run(self, app: FastAPI) -> None:
        headers = TestClient(app).get("/").headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


class TestFiles:
    @pytest.mark.parametrize("path", _files())
    def test_each_is_served_with_the_policy(self, app: FastAPI, path: str) -> None:
        response = TestClient(app).get(f"/web/{path}")
        assert response.status_code == 200
        assert "unsafe" not in response.headers["content-security-policy"]

    def test_an_unchanged_file_is_not_sent_again(self, app: FastAPI) -> None:
        client = TestClient(app)
        tag = client.get("/web/index.html").headers["etag"]
        assert client.get("/web/index.html", headers={"If-None-Match": tag}).status_code == 304

    @pytest.mark.parametrize(
        "path", ["nothing.js", "../pyproject.toml", "%2e%2e/pyproject.toml", "..%2fpyproject.toml"]
    )
    def test_there_is_nothing_else(self, app: FastAPI, path: str) -> None:
        assert TestClient(app).get(f"/web/{path}").status_code in (401, 404)

    def test_the_upload_offers_every_format_of_a_cloud(self) -> None:
        uploader = (WEB / "parts" / "uploader.js").read_text("utf-8")
        assert f'"point-cloud": "{",".join(READERS)}"' in uploader

    @pytest.mark.parametrize("path", _files())
    def test_none_names_another_host(self, path: str) -> None:
        if path.startswith("vendor/"):
            return
        text = (WEB / path).read_text("utf-8").replace("http://www.w3.org/", "")
        assert "http://" not in text
        assert "https://" not in text


def test_it_can_only_be_read(app: FastAPI) -> None:
    refused(TestClient(app).post("/"), 405)
