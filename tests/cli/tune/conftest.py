"""A tiny model and rows in a folder; one thread, as its subprocesses have."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.support.running import rows
from tests.support.tiny_models import save_tiny_model


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("tiny") / "model")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(rows(8))
    return path
