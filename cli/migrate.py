"""Brings the database to the newest schema."""

from sqlalchemy.exc import OperationalError

from cli.errors import ServiceAwayError, ServiceFailedError
from store.errors import OldServerError
from store.migrations import upgrade
from store.settings import Settings


def migrate(settings: Settings) -> None:
    """Run every migration that the database lacks.

    Raises ServiceAwayError if the server is away, ServiceFailedError if it is too old.
    """
    try:
        upgrade(settings.database_url)
    except OperationalError as error:
        raise ServiceAwayError(f"the database does not answer: {error.orig}") from None
    except OldServerError as error:
        raise ServiceFailedError(str(error)) from None
