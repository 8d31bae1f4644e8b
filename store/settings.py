"""Everything an operator can set, read from environment variables that start with TSLOSS_."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

Url = Annotated[str, StringConstraints(min_length=1)]


class Settings(BaseSettings):
    """Refuses to start without a database, a Redis, an artifact store, models and a secret."""

    model_config = SettingsConfigDict(env_prefix="TSLOSS_", extra="ignore", frozen=True)

    database_url: Url
    redis_url: Url
    artifacts_url: Url = Field(description="A folder (path or file://) or s3://bucket/prefix.")
    models: Path = Field(description="The catalogue of base models, a JSON file.")
    data_dir: Path = Field(Path("data"), description="Scratch space of the workers.")
    secret_key: SecretStr = Field(min_length=32, description="Key of the HMAC of API keys.")

    max_body_bytes: int = Field(1 << 20, ge=1024)
    max_file_bytes: int = Field(100 << 20, ge=1024)
    max_file_rows: int = Field(100_000, ge=1)
    max_points: int = Field(512, ge=1, le=4096, description="Points of one cloud.")
    max_point_width: int = Field(16_384, ge=1, description="Coordinates of one point.")
    max_running_jobs: int = Field(8, ge=1, description="Running jobs of one project.")
    max_queued_jobs: int = Field(10_000, ge=1, description="Unfinished jobs of one project.")

    context_cache_bytes: int = Field(
        2 << 30,
        ge=0,
        description="Memory of a run for its rows' contexts; the rest goes to data_dir.",
    )

    lease_seconds: float = Field(60.0, gt=0, description="A silent run is taken over after this.")
    max_attempts: int = Field(3, ge=1, description="Runs of a job that may lose their worker.")
    state_interval_seconds: float = Field(60.0, gt=0, description="Between two resume states.")


@lru_cache
def get_settings() -> Settings:
    """Return the process's settings. A ValidationError names what is missing."""
    return Settings()
