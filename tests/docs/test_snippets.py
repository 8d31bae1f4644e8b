"""Every command and snippet of the documents runs, or says visibly why not."""

import ast
import os

import pytest

from tests.docs.pages import RESULTS, ROOT, Block, Page, pages
from tests.docs.session import Session

ELSEWHERE = {
    ".venv/bin/tsloss serve": "tests/cli/service/test_serve.py",
    ".venv/bin/tsloss experiment run paper-main": "tests/cli/experiments/test_run.py",
    "tsloss tune --resume tuned": "tests/cli/tune/test_tune.py",
    "# backup": "tests/operations/test_backup.py",
    "# restore": "tests/operations/test_backup.py",
}
"""Blocks that need more than a running service, by first line, and the test that runs them, with a
folder or a port of its own."""

PAGES_ELSEWHERE = {
    "docs/reference/commands.md": "tests/docs/test_reference.py",
}
"""Pages that another test compares with the code."""

HERE = [page for page in pages() if page.blocks and page.name not in (*PAGES_ELSEWHERE, RESULTS)]
"""The results name the command that wrote them, which takes hours."""


@pytest.mark.parametrize("page", HERE, ids=lambda page: page.name)
def test_the_blocks_of_a_page_run_in_order(page: Page, session: Session) -> None:
    for block in page.blocks:
        if block.runs and _first_line(block) not in ELSEWHERE:
            session.run(block)


def test_what_is_run_elsewhere_is_there() -> None:
    names = {page.name for page in pages()}
    lines = {_first_line(block) for page in pages() for block in page.blocks}
    assert PAGES_ELSEWHERE.keys() <= names
    assert ELSEWHERE.keys() <= lines
    for line, test in ELSEWHERE.items():
        assert line.split("tsloss ")[-1] in (ROOT / test).read_text("utf-8"), test
    for test in PAGES_ELSEWHERE.values():
        assert (ROOT / test).exists(), test


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_tutorial_on_the_real_model(real_session: Session) -> None:
    page = next(page for page in pages() if page.name == "docs/tutorial.md")
    blocks = [block for block in page.blocks if _first_line(block) not in ELSEWHERE]
    said = {block.text: real_session.run(block) for block in blocks}
    (last_event,) = (printed for text, printed in said.items() if "/events?limit=1" in text)
    figures = ast.literal_eval(last_event)
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

    def test_tsloss_is_found_once_the_environment_is_activated(self, session: Session) -> None:
        with pytest.raises(AssertionError, match="tsloss: command not found"):
            session.run(_block("sh", "tsloss --help\n"))
        session.run(_block("sh", ". .venv/bin/activate\n"))
        assert "tune" in session.run(_block("sh", "tsloss --help\n"))

    def test_python_sees_what_the_shell_has_exported(self, session: Session) -> None:
        session.run(_block("sh", "export SAID=hello; KEPT=back\n"))
        session.run(
            _block("python", "import os; said = [os.environ.get('SAID'), os.environ.get('KEPT')]\n")
        )
        assert session.names["said"] == ["hello", None]
        assert "SAID" not in os.environ

    def test_a_target_that_make_does_not_know_fails(self, session: Session) -> None:
        with pytest.raises(AssertionError, match="no-such-target"):
            session.run(_block("sh", "make no-such-target\n"))

    def test_variables_last_from_block_to_block(self, session: Session) -> None:
        session.run(_block("sh", "NAME='a b'; say() { echo \"$NAME\"; }\n"))
        assert session.run(_block("sh", "say\n")) == "a b\n"

    def test_a_language_that_nothing_runs_fails(self, session: Session) -> None:
        with pytest.raises(AssertionError, match="nothing runs 'perl'"):
            session.run(_block("perl", "die\n"))


def _first_line(block: Block) -> str:
    return block.text.partition("\n")[0]


def _block(language: str, text: str) -> Block:
    return Block(language, text, 1, True)
