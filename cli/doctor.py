"""Looks at what a worker would find on this machine."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from store.catalogue import read_catalogue
from store.settings import Settings

Finding = tuple[bool, str]


def examine() -> int:
    """Print what was found; return 1 if something that jobs need is missing, else 0."""
    table = Table("", "what", "found")
    missing = False
    for name, check in _checks().items():
        good, found = check()
        missing = missing or not good
        table.add_row("[green]ok" if good else "[red]no", name, found)
    Console().print(table)
    return int(missing)


def _checks() -> dict[str, Callable[[], Finding]]:
    checks: dict[str, Callable[[], Finding]] = {
        "processors": lambda: (True, f"{os.cpu_count()}"),
        "accelerator": _accelerator,
        "disk": _disk,
    }
    try:
        settings = Settings()
    except ValidationError as error:
        unset = ", ".join(f"TSLOSS_{e['loc'][0]}".upper() for e in error.errors())
        checks["settings"] = lambda: (True, f"embedded: {unset} not set")
        return checks
    checks["database"] = lambda: _database(settings.database_url)
    checks["redis"] = lambda: _redis(settings.redis_url)
    checks["models"] = lambda: _models(settings.models)
    return checks


def _accelerator() -> Finding:
    import torch

    if not torch.cuda.is_available():
        return True, "none: jobs run on the processor"
    return True, torch.cuda.get_device_name(0)


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    return free > 2 << 30, f"{free >> 30} GiB free"


def _database(url: str) -> Finding:
    try:
        with create_engine(url).connect() as connection:
            version = connection.execute(text("SHOW server_version")).scalar_one()
    except SQLAlchemyError as error:
        return False, type(error).__name__
    return True, f"PostgreSQL {version}"


def _redis(url: str) -> Finding:
    from redis import Redis, RedisError

    try:
        Redis.from_url(url, socket_connect_timeout=2).ping()
    except RedisError as error:
        return False, type(error).__name__
    return True, "answers"


def _models(path: Path) -> Finding:
    try:
        entries = read_catalogue(path).all()
    except (OSError, ValueError) as error:
        return False, f"{path}: {type(error).__name__}"
    gone = [e.id for e in entries if Path(e.path).is_absolute() and not Path(e.path).exists()]
    listed = ", ".join(entry.id for entry in entries)
    return not gone, f"{listed}; files missing: {', '.join(gone)}" if gone else listed
