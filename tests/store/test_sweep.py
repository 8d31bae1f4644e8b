"""Only artifacts without a row are swept."""

import os
import time
from datetime import timedelta
from pathlib import Path

from store.artifacts import open_artifacts
from store.files import Files
from store.ids import new_id
from store.sweep import sweep
from tests.store.conftest import Board

NOW = timedelta()


class TestSweep:
    def test_orphans_go_and_named_artifacts_stay(self, board: Board, tmp_path: Path) -> None:
        artifacts = open_artifacts(str(tmp_path))
        named, orphan = f"{board.project.id}/{new_id('file')}", f"{board.project.id}/orphan"
        artifacts.put(named, b"1")
        artifacts.put(orphan, b"2")
        with board.database.transaction() as session:
            Files(session, board.project.id).add("fine-tune", "a", 1, 1, named, max_storage_bytes=1)
            assert sweep(session, artifacts, grace=NOW) == [orphan]
        assert [key for key, _ in artifacts.listing()] == [named]

    def test_young_orphans_stay(self, board: Board, tmp_path: Path) -> None:
        artifacts = open_artifacts(str(tmp_path))
        artifacts.put("young", b"1")
        with board.database.transaction() as session:
            assert sweep(session, artifacts) == []

    def test_half_written_ones_go_after_a_day(self, board: Board, tmp_path: Path) -> None:
        young, old = tmp_path / ".partial-1", tmp_path / ".partial-2"
        for path in (young, old):
            path.write_bytes(b"x")
        two_days_ago = time.time() - 2 * 24 * 3600
        os.utime(old, (two_days_ago, two_days_ago))
        with board.database.transaction() as session:
            assert sweep(session, open_artifacts(str(tmp_path))) == [old.name]
        assert (young.exists(), old.exists()) == (True, False)
