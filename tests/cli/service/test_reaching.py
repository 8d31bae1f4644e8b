"""Which service a command works on that can also start one of its own."""

from pathlib import Path

import pytest
from rich.console import Console

from cli.errors import ServiceAwayError
from cli.service.reaching import reached_service

CONSOLE = Console(quiet=True)
URL = "http://127.0.0.1:1"


class TestReachedService:
    def test_that_of_the_environment_is_used(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TSLOSS_BASE_URL", URL)
        monkeypatch.setenv("TSLOSS_API_KEY", "tsl_x")
        with reached_service(tmp_path, None, CONSOLE) as reached:
            assert (reached.client.base_url, reached.is_own) == (URL, False)

    def test_an_address_without_a_key_starts_no_other_service(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TSLOSS_BASE_URL", URL)
        with (
            pytest.raises(ServiceAwayError, match="TSLOSS_BASE_URL is set, TSLOSS_API_KEY is not"),
            reached_service(tmp_path, None, CONSOLE),
        ):
            pass
        assert list(tmp_path.iterdir()) == []
