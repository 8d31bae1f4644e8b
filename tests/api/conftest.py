"""The application on a real PostgreSQL and Valkey; per test, a project and a key of its own."""

import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.state import ServiceState
from store.settings import Settings
from tests.api.support import Door, environment
from tests.support.running import Running

MODELS = [
    {"id": "tiny", "path": "/nowhere/tiny", "queue": "api-tests", "max_virtual_tokens": 64},
    {"id": "other", "path": "/nowhere/other", "queue": "api-tests"},
]


@pytest.fixture(scope="session")
def settings(
    database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    folder = tmp_path_factory.mktemp("api")
    catalogue = folder / "models.json"
    catalogue.write_text(json.dumps(MODELS), "utf-8")
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        artifacts_url=str(folder / "artifacts"),
        models=catalogue,
        secret_key="s" * 32,
        max_body_bytes=64 * 1024,
        max_file_bytes=256 * 1024,
        max_file_rows=50,
        max_queued_jobs=20,
    )


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[FastAPI]:
    app = create_app(settings)
    with TestClient(app):
        yield app


@pytest.fixture
def service(app: FastAPI) -> ServiceState:
    return app.state.service


@pytest.fixture
def door(app: FastAPI) -> Door:
    """A client with every scope in a fresh project."""
    return Door.open(app)


@pytest.fixture
def stranger(app: FastAPI) -> Door:
    """A client of another fresh project."""
    return Door.open(app)


@pytest.fixture(scope="session")
def server(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The service behind a real socket, for what a test client cannot show."""
    running = Running(tmp_path_factory.mktemp("server"), environment(settings))
    with running.started(workers=0):
        yield running
