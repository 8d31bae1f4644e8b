"""The reference of the command line is the code's."""

from pathlib import Path

from cli.errors import MEANINGS, ExitCode
from cli.reference import document

PAGE = Path("docs/cli.md")


def test_the_page_is_up_to_date() -> None:
    assert document() == PAGE.read_text("utf-8"), (
        "the commands changed; if that is meant: python -m cli.reference > docs/cli.md"
    )


def test_every_status_has_a_meaning() -> None:
    assert MEANINGS.keys() == set(ExitCode)
