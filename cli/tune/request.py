"""What a run was asked to do: all that going on with it needs to know."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from pydantic import BaseModel, ConfigDict, Field

from cli.errors import WrongInputError
from cli.tune.model import ChosenModel
from tsloss_core.spec import Row, RowError, TuningConfig, parse_rows, read_lines


class DataFile(BaseModel):
    """A data file by its path and what was in it."""

    model_config = ConfigDict(frozen=True)

    path: Path
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the file as it is."""
        digest = hashlib.sha256()
        with _opened(path) as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return cls(path=path.resolve(), sha256=digest.hexdigest())

    def rows(self) -> list[Row]:
        """Return the rows, by the rules of an upload.

        Raises WrongInputError that names the line, or says that the file is another one now.
        """
        if DataFile.of(self.path).sha256 != self.sha256:
            raise WrongInputError(f"{self.path} has changed since the run began")
        try:
            with _opened(self.path) as file:
                rows = list(parse_rows(read_lines(file)))
        except RowError as error:
            raise WrongInputError(f"{self.path}: {error}") from None
        if not rows:
            raise WrongInputError(f"{self.path}: the file has no rows")
        return rows


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise WrongInputError(f"{path}: {error.strerror}") from None


class TuneRequest(BaseModel):
    """A run. `started_at` is the clock of chat templates that ask for the time."""

    model_config = ConfigDict(frozen=True)

    data: DataFile
    validation: DataFile | None
    model: ChosenModel
    device: str | None
    start_from: Path | None
    config: TuningConfig
    started_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
