"""Artifacts on S3, against a server that speaks its protocol."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from store.artifacts import ArtifactMissingError, Artifacts, open_artifacts
from tests.support.s3 import S3Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3"))
    yield server
    server.stop()


@pytest.fixture
def artifacts(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Artifacts:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    return open_artifacts("s3://bucket/team/artifacts")


class TestPut:
    def test_what_was_put_is_read(self, artifacts: Artifacts, server: S3Server) -> None:
        artifacts.put("p/j/1/prompt-5", b"abc")
        assert artifacts.read("p/j/1/prompt-5") == b"abc"
        assert b"".join(artifacts.stream("p/j/1/prompt-5")) == b"abc"
        assert (server.folder / "team/artifacts/p/j/1/prompt-5").read_bytes() == b"abc"

    def test_an_artifact_is_one_put(
        self, artifacts: Artifacts, server: S3Server, tmp_path: Path
    ) -> None:
        source = tmp_path / "source"
        source.write_bytes(b"x" * 20_000_000)
        before = len(server.requests("PUT"))
        artifacts.put_file("p/upload", source)
        artifacts.put("p/state", b"y" * 20_000_000)
        paths = [f"/bucket/team/artifacts/p/{name}" for name in ("upload", "state")]
        assert server.requests("PUT")[before:] == paths
        assert server.requests("POST") == []
        assert sum(map(len, artifacts.stream("p/upload"))) == 20_000_000

    def test_it_is_read_although_a_listing_came_before(
        self, artifacts: Artifacts, server: S3Server
    ) -> None:
        """Another process writes between a listing of this one and its read."""
        artifacts.put("p/k/first", b"1")
        assert [key for key, _ in artifacts.listing() if key.startswith("p/k/")] == ["p/k/first"]
        (server.folder / "team/artifacts/p/k/second").write_bytes(b"2")
        assert artifacts.read("p/k/second") == b"2"
        assert b"".join(artifacts.stream("p/k/second")) == b"2"
        keys = [key for key, _ in artifacts.listing() if key.startswith("p/k/")]
        assert keys == ["p/k/first", "p/k/second"]


class TestRead:
    def test_a_missing_artifact_is_named(self, artifacts: Artifacts) -> None:
        with pytest.raises(ArtifactMissingError, match="p/none"):
            artifacts.read("p/none")
        with pytest.raises(ArtifactMissingError, match="p/none"):
            artifacts.stream("p/none")


class TestDelete:
    def test_twice_is_no_error(self, artifacts: Artifacts) -> None:
        artifacts.put("p/gone", b"")
        artifacts.delete("p/gone")
        artifacts.delete("p/gone")
        with pytest.raises(ArtifactMissingError):
            artifacts.read("p/gone")


class TestListing:
    def test_it_names_keys_and_times_below_the_prefix(
        self, artifacts: Artifacts, server: S3Server
    ) -> None:
        artifacts.put("p/listed", b"")
        (server.folder / "elsewhere").write_bytes(b"")
        listed = dict(artifacts.listing())
        assert "p/listed" in listed
        assert not [key for key in listed if "elsewhere" in key]
        assert listed["p/listed"].tzinfo is not None


class TestAway:
    def test_a_store_that_cannot_be_reached_is_an_os_error(
        self, artifacts: Artifacts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What a run waits out, as it does a full disk."""
        monkeypatch.setattr("s3fs.core.S3FileSystem.retries", 1)
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        away = open_artifacts("s3://bucket/team/artifacts")
        with pytest.raises(OSError, match="artifact store failed"):
            away.put("p/x", b"")
        with pytest.raises(OSError, match="artifact store failed"):
            away.read("p/x")
