"""Whether PostgreSQL and Redis answer. Details, which may name hosts, go to the log alone."""

import logging

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from store.database import Database
from store.schema import Project

log = logging.getLogger(__name__)


def database_state(database: Database) -> str:
    """Return "ok" or why the database cannot be used."""
    try:
        with database.transaction() as session:
            session.execute(select(Project.id).limit(1))
    except ProgrammingError:
        log.warning("the database lacks tables", exc_info=True)
        return "not migrated"
    except SQLAlchemyError:
        log.warning("the database does not answer", exc_info=True)
        return "away"
    return "ok"


def redis_state(client: Redis) -> str:
    """Return "ok" or why bells cannot be rung."""
    try:
        client.ping()
    except RedisError:
        log.warning("Redis does not answer", exc_info=True)
        return "away"
    return "ok"
