"""Commands see no TSLOSS_ variable but those that a test sets."""

import os

import pytest


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TSLOSS_")]:
        monkeypatch.delenv(name)
