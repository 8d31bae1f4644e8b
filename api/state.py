"""What the process opens once and every request uses."""

from datetime import timedelta

from anyio import CapacityLimiter

from api.streams import Streams
from store.artifacts import open_artifacts
from store.bell import Bell, impatient_redis
from store.catalogue import read_catalogue
from store.database import Database
from store.settings import Settings

TRANSACTION_LIMIT = timedelta(minutes=10)
"""A process that is frozen while it holds a job's row lets that job's run go on after this. It is
longer than an upload takes, whose transaction is open while artifact storage retries to take it."""

MAX_RINGERS = 10
"""Threads that ring at once: those of a Redis that hangs are not the ones that requests run in."""


class ServiceState:
    """The database, the artifact store, the catalogue, the streams and Redis."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.catalogue = read_catalogue(settings.models)
        bell = Bell(settings.redis_url)
        self.database = Database(settings.database_url, bell, time_limit=TRANSACTION_LIMIT)
        self.artifacts = open_artifacts(settings.artifacts_url)
        self.streams = Streams(self.database, settings.max_streams)
        self.ringers = CapacityLimiter(MAX_RINGERS)
        self.redis = impatient_redis(settings.redis_url)

    def close(self) -> None:
        """Close every connection."""
        self.database.dispose()
        self.redis.close()
