"""Every command and snippet of the documents runs, or says visibly why not."""

import ast

import pytest

from tests.docs.pages import ROOT, Block, Page, pages
from tests.docs.session import Session

ELSEWHERE = {".venv/bin/tsloss serve\n": "tests/cli/service/test_serve.py"}
"""Blocks that do not end by themselves, and the test that runs them."""


@pytest.mark.parametrize("page", [p for p in pages() if p.blocks], ids=lambda page: page.name)
def test_the_blocks_of_a_page_run_in_order(page: Page, session: Session) -> None:
    for block in page.blocks:
        if block.text in ELSEWHERE:
            assert (ROOT / ELSEWHERE[block.text]).exists()
        elif block.runs:
            session.run(block)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_tutorial_on_the_real_model(real_session: Session) -> None:
    page = next(page for page in pages() if page.name == "docs/tutorial.md")
    said = [real_session.run(block) for block in page.blocks if block.text not in ELSEWHERE]
    (accuracy,) = (text for text in said if "accuracy_after" in text)
    figures = ast.literal_eval(accuracy)
    assert figures["accuracy_after"] > figures["accuracy_before"] + 0.1


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_no_block_hides_in_an_indentation(page: Page) -> None:
    """The runner sees fences at the start of a line alone."""
    assert [
        line for line in page.text.splitlines() if line.lstrip() != line and "```" in line
    ] == []


class TestSession:
    def test_a_command_that_fails_fails(self, session: Session) -> None:
        with pytest.raises(AssertionError, match="no-such-command"):
            session.run(_block("sh", "no-such-command\n"))

    def test_a_target_that_make_does_not_know_fails(self, session: Session) -> None:
        with pytest.raises(AssertionError, match="no-such-target"):
            session.run(_block("sh", "make no-such-target\n"))

    def test_variables_last_from_block_to_block(self, session: Session) -> None:
        session.run(_block("sh", "NAME='a b'; say() { echo \"$NAME\"; }\n"))
        assert session.run(_block("sh", "say\n")) == "a b\n"

    def test_a_language_that_nothing_runs_fails(self, session: Session) -> None:
        with pytest.raises(AssertionError, match="nothing runs 'perl'"):
            session.run(_block("perl", "die\n"))


def _block(language: str, text: str) -> Block:
    return Block(language, text, 1, True)
