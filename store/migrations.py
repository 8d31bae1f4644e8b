"""Brings a database to the newest schema with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from store.errors import OldServerError

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
OLDEST_POSTGRES = 17
"""The first with `transaction_timeout`, which `store.database` sets on every connection."""


def alembic_config(database_url: str) -> Config:
    """Return Alembic's configuration for the scripts in `migrations/`."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Run every migration that the database lacks. Safe to call from several processes at once.

    Raises OldServerError.
    """
    command.upgrade(alembic_config(database_url), "head")


def check_server(connection: Connection) -> None:
    """Raise OldServerError if the server is older than what the service needs."""
    found = connection.dialect.server_version_info
    if found is not None and found < (OLDEST_POSTGRES,):
        version = ".".join(map(str, found))
        raise OldServerError(f"PostgreSQL {OLDEST_POSTGRES} or later is needed; this is {version}")
