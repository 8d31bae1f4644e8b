"""Brings the database to the newest schema."""

from sqlalchemy.exc import OperationalError

from cli.errors import ServiceAwayError
from store.migrations import upgrade
from store.settings import Settings


def migrate(settings: Settings) -> None:
    """Run every migration that the database lacks. Raises ServiceAwayError if it is away."""
    try:
        upgrade(settings.database_url)
    except OperationalError as error:
        raise ServiceAwayError(f"the database does not answer: {error.orig}") from None
