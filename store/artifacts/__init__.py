"""Artifact storage: bytes under keys that are written once and never overwritten."""

from urllib.parse import urlsplit

from store.artifacts.folder import FolderArtifacts
from store.artifacts.object_store import ObjectStoreArtifacts
from store.artifacts.protocol import ArtifactMissingError, Artifacts

__all__ = ["ArtifactMissingError", "Artifacts", "open_artifacts"]


def open_artifacts(url: str) -> Artifacts:
    """Open the store that `url` names: a path, file:///path, or s3://bucket/prefix.

    Raises ValueError for another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme in ("", "file"):
        return FolderArtifacts(parts.path)
    if parts.scheme == "s3":
        return ObjectStoreArtifacts(url)
    raise ValueError(f"TSLOSS_ARTIFACTS_URL: no artifact store for scheme '{parts.scheme}'")
