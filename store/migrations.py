"""Brings a database to the newest schema with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def alembic_config(database_url: str) -> Config:
    """Return Alembic's configuration for the scripts in `migrations/`."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Run every migration that the database lacks. Safe to call from several processes at once."""
    command.upgrade(alembic_config(database_url), "head")
