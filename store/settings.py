"""Everything an operator can set, read from environment variables that start with TSLOSS_."""

import json
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, IPvAnyNetwork, SecretStr, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

ItemT = TypeVar("ItemT")


def _from_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


JsonList = Annotated[list[ItemT], BeforeValidator(_from_json)]
"""A list, or the text of one in JSON, as an environment variable holds it."""

Url = Annotated[str, StringConstraints(min_length=1)]


class Settings(BaseSettings):
    """Refuses to start without a database, a Redis, an artifact store, models and a secret."""

    model_config = SettingsConfigDict(env_prefix="TSLOSS_", extra="ignore", frozen=True)

    database_url: Url = Field(description="`postgresql+psycopg://user:password@host/name`.")
    redis_url: Url = Field(description="`redis://:password@host:6379/0`, Redis or Valkey.")
    artifacts_url: Url = Field(description="A folder (path or file://) or s3://bucket/prefix.")
    models: Path = Field(description="The catalogue of base models, a JSON file.")
    data_dir: Path = Field(Path("data"), description="Scratch space of the workers.")
    secret_key: SecretStr = Field(
        min_length=32, description="Hashes API keys and encrypts the secrets of webhooks."
    )
    previous_secret_keys: JsonList[SecretStr] = Field(
        [], description="Earlier secrets, a JSON list: what they hashed or encrypted stays valid."
    )

    max_body_bytes: int = Field(1 << 20, ge=1024, description="Bytes of a JSON body.")
    max_file_bytes: int = Field(100 << 20, ge=1024, description="Bytes of an uploaded file.")
    max_file_rows: int = Field(100_000, ge=1, description="Rows of a training file.")
    max_points: int = Field(512, ge=1, le=4096, description="Points of one cloud.")
    max_points_in_dimension_2: int = Field(
        100,
        ge=1,
        le=256,
        description=(
            "Points of one cloud whose homology in dimension 2 is asked. A hundred take up to"
            " 1.3 GB, and that grows with the fourth power."
        ),
    )
    max_point_width: int = Field(16_384, ge=1, description="Coordinates of one point.")
    max_running_jobs: int = Field(8, ge=1, description="Running jobs of one project.")
    max_co_tuned_jobs: int = Field(
        8, ge=1, le=64, description="Jobs of an experiment that one run trains side by side."
    )
    max_queued_jobs: int = Field(10_000, ge=1, description="Unfinished jobs of one project.")

    max_storage_bytes: int = Field(
        50 << 30, ge=0, description="Bytes of one project's files, uploads and results together."
    )
    max_streams: int = Field(
        1000,
        ge=1,
        description="Event streams that one process serves, half of them to one project.",
    )
    retention_days: int | None = Field(
        None, ge=1, description="`tsloss gc` deletes jobs that ended longer ago; none if not set."
    )
    webhook_networks: JsonList[IPvAnyNetwork] = Field(
        [], description="Private networks, a JSON list, that webhooks may go to, by HTTP too."
    )

    context_cache_bytes: int = Field(
        2 << 30,
        ge=0,
        description="Memory of a run for its rows' contexts; the rest goes to data_dir.",
    )

    lease_seconds: float = Field(60.0, gt=0, description="A silent run is taken over after this.")
    max_attempts: int = Field(3, ge=1, description="Runs of a job that may lose their worker.")
    state_interval_seconds: float = Field(60.0, gt=0, description="Between two resume states.")
    max_run_seconds: float = Field(
        86_400.0,
        gt=0,
        description="A run that takes longer fails: timeout. A tuning run saves its state.",
    )
    grace_seconds: float = Field(
        120.0, gt=0, description="A run that should end and does not within this is killed."
    )
    stall_seconds: float = Field(
        3600.0, gt=0, description="A run without progress for this long is taken for stuck."
    )
    patience_seconds: float = Field(
        300.0, gt=0, description="A run waits this long for storage or PostgreSQL to come back."
    )

    @property
    def lease(self) -> timedelta:
        """How long a run may be silent."""
        return timedelta(seconds=self.lease_seconds)

    @property
    def time_limit(self) -> timedelta:
        """How long a run may take."""
        return timedelta(seconds=self.max_run_seconds)

    @property
    def grace(self) -> timedelta:
        """How long a run may take to end once it must."""
        return timedelta(seconds=self.grace_seconds)

    @property
    def stall(self) -> timedelta:
        """How long a run may make no progress."""
        return timedelta(seconds=self.stall_seconds)

    @property
    def patience(self) -> timedelta:
        """How long a run waits for storage and database."""
        return timedelta(seconds=self.patience_seconds)

    @property
    def operator_keys(self) -> list[str]:
        """The present secret key and the earlier ones, newest first."""
        return [key.get_secret_value() for key in (self.secret_key, *self.previous_secret_keys)]


@lru_cache
def get_settings() -> Settings:
    """Return the process's settings. A ValidationError names what is missing."""
    return Settings()
