"""Makes API keys."""

from store.bell import Bell
from store.database import Database
from store.keys import create_key as insert_key
from store.projects import get_or_create_project
from store.settings import Settings, get_settings


def create_key(name: str, project: str, settings: Settings | None = None) -> str:
    """Make a key of a project, which is made too if there is none of that name; return it."""
    settings = settings or get_settings()
    database = Database(settings.database_url, Bell(settings.redis_url), pool_size=1)
    secret = settings.secret_key.get_secret_value()
    with database.transaction() as session:
        owner = get_or_create_project(session, project)
        _, key = insert_key(session, secret, owner.id, name)
    database.dispose()
    return key
