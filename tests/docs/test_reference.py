"""The reference is as the code has it."""

import subprocess
import sys
from pathlib import Path

import pytest

from docs.generate import __main__ as generate
from store.settings import Settings
from tests.docs.pages import ROOT


class TestGenerated:
    def test_the_committed_pages_are_current(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "docs.generate", "--check"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def test_make_docs_renews_the_document_before_the_page_that_is_made_from_it(self) -> None:
        done = subprocess.run(
            ["make", "--dry-run", "docs"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        steps = ["api.openapi", "docs/openapi.json", "docs.generate"]
        assert sorted(steps, key=done.stdout.index) == steps

    def test_a_page_that_was_changed_by_hand_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(generate, "REFERENCE", tmp_path)
        generate.write()
        assert generate.stale() == []
        (tmp_path / "settings.md").write_text("by hand")
        assert [path.name for path in generate.stale()] == ["settings.md"]


class TestSettings:
    def test_every_variable_says_what_it_is(self) -> None:
        fields = Settings.model_fields.items()
        assert [name for name, field in fields if not field.description] == []
