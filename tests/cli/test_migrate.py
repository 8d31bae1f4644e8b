"""`tsloss migrate` against a server that is too old for the service."""

import pytest

from cli.errors import ServiceFailedError
from cli.migrate import migrate
from store import migrations
from store.settings import Settings


class TestOldServer:
    def test_it_is_refused_with_both_versions(
        self, service_settings: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(migrations, "OLDEST_POSTGRES", 99)
        with pytest.raises(ServiceFailedError, match=r"PostgreSQL 99 or later .*; this is \d+\.\d"):
            migrate(Settings())
