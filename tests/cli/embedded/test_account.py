"""PostgreSQL's account reaches the data folder of root, and nothing is opened beyond need."""

import os
import stat
from pathlib import Path

import pytest

from cli.embedded.account import NAME, Account, account_for

STRANGER = Account(user=64_001, group=64_001)


class TestOpenWay:
    def test_closed_folders_may_be_passed_through_but_not_listed(self, tmp_path: Path) -> None:
        closed, inner = tmp_path / "closed", tmp_path / "closed" / "open"
        inner.mkdir(parents=True)
        closed.chmod(0o700)
        inner.chmod(0o755)
        assert closed in STRANGER.open_way(inner / "data")
        assert stat.S_IMODE(closed.stat().st_mode) == 0o701
        assert stat.S_IMODE(inner.stat().st_mode) == 0o755
        assert STRANGER.open_way(inner / "data") == []

    def test_the_owner_needs_nothing_opened(self, tmp_path: Path) -> None:
        own = tmp_path / "own"
        own.mkdir(mode=0o700)
        assert Account(own.stat().st_uid, own.stat().st_gid).can_search(own)
        assert not STRANGER.can_search(own)


class TestAccountFor:
    @pytest.mark.skipif(os.geteuid() == 0, reason="root runs PostgreSQL as another user")
    def test_an_ordinary_user_runs_it_as_himself(self, tmp_path: Path) -> None:
        assert account_for(tmp_path / "data") is None

    @pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
    def test_root_runs_it_as_an_account_of_its_own(self, tmp_path: Path) -> None:
        account = account_for(tmp_path / "data")
        assert account is not None
        assert account.user != 0
        assert NAME in Path("/etc/passwd").read_text()

    @pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
    def test_root_runs_it_as_the_owner_of_the_data(self, tmp_path: Path) -> None:
        data = tmp_path / "data"
        data.mkdir()
        STRANGER.own(data)
        assert account_for(data) == STRANGER
