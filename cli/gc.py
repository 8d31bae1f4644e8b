"""Sweeps the artifact store."""

from cli.settings import open_database
from store.artifacts import open_artifacts
from store.settings import Settings
from store.sweep import sweep


def collect(settings: Settings) -> list[str]:
    """Delete what no row names; return the keys."""
    with open_database(settings) as database, database.transaction() as session:
        return sweep(session, open_artifacts(settings.artifacts_url))
