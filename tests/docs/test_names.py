"""Commands, targets, variables and versions that a sentence names exist."""

import re
from typing import Any

import pytest
from typer.main import get_command

from cli.main import app
from store.settings import Settings
from tests.docs.pages import ROOT, Page, pages

CLIENT = {"TSLOSS_BASE_URL", "TSLOSS_API_KEY"}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
class TestNames:
    def test_commands_and_their_options(self, page: Page) -> None:
        named = re.findall(r"`(?:\.venv/bin/)?tsloss ((?:[a-z-]+ ?)[^`\n]*)`", page.text)
        assert [words for words in named if not _is_command(words.split())] == []

    def test_targets_of_make(self, page: Page) -> None:
        assert set(re.findall(r"`make ([a-z-]+)`", page.text)) <= TARGETS

    def test_variables(self, page: Page) -> None:
        known = {f"TSLOSS_{name.upper()}" for name in Settings.model_fields} | CLIENT
        assert set(re.findall(r"\bTSLOSS_[A-Z_]*[A-Z]\b", page.text)) <= known

    def test_pinned_versions(self, page: Page) -> None:
        pinned = set((ROOT / "constraints.txt").read_text("utf-8").splitlines())
        assert set(re.findall(r"[\w-]+==\d[\d.]*\d", page.text)) <= pinned


def _is_command(words: list[str]) -> bool:
    command: Any = get_command(app)
    for word in words:
        if not hasattr(command, "commands") or word.startswith("-"):
            break
        if word not in command.commands:
            return word == "..."
        command = command.commands[word]
    known = {option for parameter in command.params for option in parameter.opts}
    return {word for word in words if word.startswith("--")} <= known


class TestIsCommand:
    @pytest.mark.parametrize(
        "words", ["serve --port 1", "keys create NAME --project P", "data ..."]
    )
    def test_what_exists(self, words: str) -> None:
        assert _is_command(words.split())

    @pytest.mark.parametrize("words", ["sreve", "serve --prot 1", "keys make"])
    def test_what_does_not(self, words: str) -> None:
        assert not _is_command(words.split())
