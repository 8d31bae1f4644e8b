"""What a worker process opens once and every run uses."""

from functools import cache

from store.artifacts import open_artifacts
from store.bell import Bell
from store.catalogue import read_catalogue
from store.database import Database
from store.settings import Settings, get_settings
from worker.storage import PatientArtifacts


class WorkerContext:
    """The settings, the database, the artifact store and the catalogue of this process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        bell = Bell(settings.redis_url)
        self.database = Database(
            settings.database_url, bell, pool_size=4, time_limit=settings.lease
        )
        storage = open_artifacts(settings.artifacts_url)
        self.artifacts = PatientArtifacts(storage, settings.patience_seconds)
        self.catalogue = read_catalogue(settings.models)


@cache
def get_context() -> WorkerContext:
    """Return this process's context."""
    return WorkerContext(get_settings())
