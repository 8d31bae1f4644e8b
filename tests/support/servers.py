"""The PostgreSQL and the Redis that tests talk to: given by the environment, else embedded."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.embedded import EmbeddedPostgres, EmbeddedValkey


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the URL of a server."""
    given = os.environ.get("TSLOSS_DATABASE_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="tsloss-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder) / "pg")
        url = server.start()
        try:
            yield url
        finally:
            server.stop()


@contextmanager
def redis() -> Iterator[str]:
    """Yield the URL of a server."""
    given = os.environ.get("TSLOSS_REDIS_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="tsloss-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedValkey(Path(folder))
        url = server.start()
        try:
            yield url
        finally:
            server.stop()
