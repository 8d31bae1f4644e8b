"""How a run of a group ends, in the words that its owner reads."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.store.conftest import Board
from worker.assignment import Assignment
from worker.errors import RunStoppedError
from worker.group import Group


class TestEnd:
    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ("tuning", "a retry goes on from its last saved state."),
            ("analysis", "a retry begins again."),
        ],
    )
    def test_a_run_over_its_time_fails_and_says_what_a_retry_would_do(
        self, board: Board, kind: str, told: str
    ) -> None:
        job = board.add(kind=kind)
        keeper: Any = SimpleNamespace(end=lambda: None)
        settings: Any = SimpleNamespace(max_run_seconds=7200)
        member = Assignment(job, board.run(), keeper)
        Group([member], settings).end(member, RunStoppedError("timeout"))
        row = board.read(job.id)
        assert row.error_code == "timeout"
        assert row.error_message == f"The run took longer than 2 h; {told}"
