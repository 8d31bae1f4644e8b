"""The statuses that scripts go by."""

from cli.errors import MEANINGS, ExitCode


def test_every_status_has_a_meaning() -> None:
    assert MEANINGS.keys() == set(ExitCode)
