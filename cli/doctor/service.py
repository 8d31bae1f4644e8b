"""The service: whether its database, Redis and models answer."""

import logging
from pathlib import Path

from redis import Redis

from cli.doctor.finding import Finding
from cli.settings import open_database
from store.catalogue import BaseModelEntry, read_catalogue
from store.health import database_state, redis_state
from store.settings import Settings


def examine_service(settings: Settings) -> list[Finding]:
    """Return what the settings lead to."""
    logging.getLogger("store").addHandler(logging.NullHandler())  # the table says it
    with open_database(settings) as database:
        state = database_state(database)
        server = database.engine.url.render_as_string(hide_password=True)
    found = [Finding("database", state == "ok", f"{state}: {server}")]
    with Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=2) as client:
        state = redis_state(client)
    found.append(Finding("Redis", state == "ok", state))
    return found + _models(settings.models)


def _models(catalogue: Path) -> list[Finding]:
    try:
        return [_model(entry) for entry in read_catalogue(catalogue).all()]
    except (OSError, ValueError) as error:
        return [Finding("models", False, f"{catalogue}: {error}")]


def _model(entry: BaseModelEntry) -> Finding:
    what, path = f"model {entry.id}", Path(entry.path)
    if not path.is_absolute():
        return Finding(what, True, f"{entry.path}, from a model hub; queue {entry.queue}")
    if not any(path.glob("*.safetensors")):
        return Finding(what, False, f"no safetensors files in {path}")
    return Finding(what, True, f"{path}; queue {entry.queue}")
