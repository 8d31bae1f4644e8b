"""Files: upload, list, download, delete."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from tsloss_client.downloads import save
from tsloss_client.objects import Deleted, File
from tsloss_client.transport import Transport

Purpose = Literal["fine-tune", "point-cloud"]


class Files:
    """The files of the key's project."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def upload(
        self, source: Path | bytes, name: str | None = None, purpose: Purpose = "fine-tune"
    ) -> File:
        """Upload training rows (JSON Lines) or a point cloud; `name` is needed for bytes.

        Raises RefusedError, which names the line, for a bad file: nothing of it is stored.
        """
        content = source if isinstance(source, bytes) else source.read_bytes()
        given = name or (source.name if isinstance(source, Path) else "")
        form = {"files": {"file": (given, content)}, "data": {"purpose": purpose}}
        return self._transport.post("/v1/files", File, **form)

    def list(self, purpose: str | None = None, limit: int = 100) -> Iterator[File]:
        """Yield the files, newest first; `limit` is the size of a page."""
        query = {"purpose": purpose, "limit": limit}
        return self._transport.get_pages("/v1/files", File, query)

    def retrieve(self, file_id: str) -> File:
        """Return a file's row."""
        return self._transport.get(f"/v1/files/{file_id}", File)

    def content(self, file_id: str) -> bytes:
        """Return a file's bytes."""
        return self._transport.request("GET", f"/v1/files/{file_id}/content").content

    def download(self, file_id: str, folder: Path) -> Path:
        """Write a file into a folder under its own name; return its path."""
        name = self.retrieve(file_id).filename
        return save(self._transport, f"/v1/files/{file_id}/content", folder, name)

    def delete(self, file_id: str) -> Deleted:
        """Delete a file. One that an unfinished job needs is refused (409)."""
        return self._transport.delete("/v1/files", file_id)
