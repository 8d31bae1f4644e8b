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
    with _server("TSLOSS_DATABASE_URL", EmbeddedPostgres) as url:
        yield url


@contextmanager
def redis() -> Iterator[str]:
    """Yield the URL of a server."""
    with _server("TSLOSS_REDIS_URL", EmbeddedValkey) as url:
        yield url


@contextmanager
def _server(
    variable: str, embedded: type[EmbeddedPostgres] | type[EmbeddedValkey]
) -> Iterator[str]:
    given = os.environ.get(variable)
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="tsloss-", ignore_cleanup_errors=True) as folder:
        server = embedded(Path(folder))
        try:
            yield server.start()
        finally:
            server.stop()
