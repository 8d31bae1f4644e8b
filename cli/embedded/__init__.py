"""A real PostgreSQL and a real Valkey out of Python wheels, under one data folder."""

from cli.embedded.data_folder import DataFolder, DataFolderInUseError
from cli.embedded.postgres import EmbeddedPostgres
from cli.embedded.valkey import EmbeddedValkey

__all__ = ["DataFolder", "DataFolderInUseError", "EmbeddedPostgres", "EmbeddedValkey"]
