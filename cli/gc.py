"""Sweeps the artifact store."""

from store.artifacts import open_artifacts
from store.bell import Bell
from store.database import Database
from store.settings import get_settings
from store.sweep import sweep


def collect() -> list[str]:
    """Delete what no row names; return the keys."""
    settings = get_settings()
    database = Database(settings.database_url, Bell(settings.redis_url), pool_size=1)
    with database.transaction() as session:
        swept = sweep(session, open_artifacts(settings.artifacts_url))
    database.dispose()
    return swept
