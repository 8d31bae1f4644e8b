"""Makes API keys."""

from cli.settings import open_database
from store.keys import authenticate
from store.keys import create_key as insert_key
from store.projects import get_or_create_project
from store.settings import Settings


def create_key(name: str, project: str, settings: Settings) -> str:
    """Make a key of a project, which is made too if there is none of that name; return it."""
    with open_database(settings) as database, database.transaction() as session:
        owner = get_or_create_project(session, project)
        _, key = insert_key(session, settings.secret_key.get_secret_value(), owner.id, name)
    return key


def is_valid(key: str, settings: Settings) -> bool:
    """Whether the database knows the key and neither revoked it nor let it expire."""
    with open_database(settings) as database, database.transaction() as session:
        return authenticate(session, settings.secret_key.get_secret_value(), key) is not None
