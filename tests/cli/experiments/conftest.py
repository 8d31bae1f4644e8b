"""Presets that take no time to ask for."""

import pytest

from cli.experiments import request, tasks


@pytest.fixture
def one_small_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four generated rows of one task."""
    monkeypatch.setattr(tasks, "GENERATORS", {"intents": tasks.GENERATORS["intents"]})
    monkeypatch.setattr(request, "SIZES", {"paper-main": request.Size(4, 4, 2, 1, 5e-3)})
