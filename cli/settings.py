"""Where a command finds the settings: the environment, else the service of a data folder."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.exc import OperationalError, ProgrammingError

from cli.embedded.data_folder import published_settings, write_private
from cli.errors import ServiceAwayError, ServiceFailedError
from store.bell import Bell
from store.database import Database
from store.settings import Settings


def publish_settings(path: Path, settings: Mapping[str, str]) -> Callable[[], None]:
    """Write the TSLOSS_ variables of a running service for its owner; return what removes them."""
    write_private(path, json.dumps(settings, indent=2) + "\n")
    return lambda: path.unlink(missing_ok=True)


def find_settings(data_dir: Path) -> Settings:
    """Return the settings that the environment gives, else those of the service on `data_dir`.

    The latter are put into the environment, for this process and its children. Raises
    ServiceAwayError that names what is missing.
    """
    if not os.environ.get("TSLOSS_DATABASE_URL"):
        os.environ.update(published_settings(data_dir) or {})
    try:
        return Settings()
    except ValidationError as error:
        raise ServiceAwayError(
            f"{_complaints(error)}; and no `tsloss serve` runs on the folder {data_dir}"
        ) from None


def read_settings(variables: Mapping[str, str]) -> Settings:
    """Return the settings that TSLOSS_ variables give. Raises ServiceFailedError."""
    try:
        return Settings.model_validate(
            {name.removeprefix("TSLOSS_").lower(): value for name, value in variables.items()}
        )
    except ValidationError as error:
        raise ServiceFailedError(_complaints(error)) from None


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Yield the database. Raises ServiceAwayError, or ServiceFailedError if it lacks tables."""
    database = Database(settings.database_url, Bell(settings.redis_url), pool_size=1)
    try:
        yield database
    except OperationalError as error:
        raise ServiceAwayError(f"the database does not answer: {error.orig}") from None
    except ProgrammingError:
        raise ServiceFailedError("the database lacks tables: run `tsloss migrate`") from None
    finally:
        database.dispose()


def _complaints(error: ValidationError) -> str:
    return "; ".join(
        f"TSLOSS_{'_'.join(map(str, part['loc'])).upper()}: {part['msg']}"
        for part in error.errors(include_input=False)
    )
