"""The service: whether its database, Redis and models answer."""

import logging
from pathlib import Path
from uuid import uuid4

from cli.doctor.finding import Finding
from cli.settings import open_database
from store.artifacts import open_artifacts
from store.bell import impatient_redis
from store.catalogue import BaseModelEntry, read_catalogue
from store.health import database_state, redis_state
from store.settings import Settings

NEEDED = {
    "config.json": "config.json",
    "safetensors files": "*.safetensors",
    "tokenizer": "tokenizer*",
}
"""What a folder of a model must hold, and the files that tell of it."""


def examine_service(settings: Settings) -> list[Finding]:
    """Return what the settings lead to."""
    logging.getLogger("store").addHandler(logging.NullHandler())  # the table says it
    with open_database(settings) as database:
        state = database_state(database)
        server = database.engine.url.render_as_string(hide_password=True)
    hint = "; run `tsloss migrate`" if state == "not migrated" else ""
    found = [Finding("database", state == "ok", f"{state}: {server}{hint}")]
    with impatient_redis(settings.redis_url) as client:
        state = redis_state(client)
    found.append(Finding("Redis", state == "ok", state))
    return [*found, _storage(settings.artifacts_url), *_models(settings.models)]


def _storage(url: str) -> Finding:
    """Write and delete a few bytes: what a bucket's policy forbids shows in no other way."""
    key = f"doctor/{uuid4()}"
    try:
        artifacts = open_artifacts(url)
        artifacts.put(key, b"probe")
        artifacts.delete(key)
    except Exception as error:
        return Finding("artifacts", False, f"{url}: {type(error).__name__}: {error}")
    return Finding("artifacts", True, url)


def _models(catalogue: Path) -> list[Finding]:
    try:
        return [_model(entry) for entry in read_catalogue(catalogue).all()]
    except (OSError, ValueError) as error:
        return [Finding("models", False, f"{catalogue}: {error}")]


def _model(entry: BaseModelEntry) -> Finding:
    what, path = f"model {entry.id}", Path(entry.path)
    if not path.is_absolute():
        where = "downloaded" if _is_cached(entry) else "not downloaded yet"
        return Finding(what, True, f"{entry.path}, from a model hub, {where}; queue {entry.queue}")
    lacking = [name for name, pattern in NEEDED.items() if not any(path.glob(pattern))]
    if lacking:
        return Finding(what, False, f"no {' and no '.join(lacking)} in {path}")
    return Finding(what, True, f"{path}; queue {entry.queue}")


def _is_cached(entry: BaseModelEntry) -> bool:
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(entry.path, "config.json", revision=entry.revision)
    return isinstance(found, str)
