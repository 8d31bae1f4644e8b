"""The audit: who changed what, stored with the change or not at all."""

from sqlalchemy.orm import Session

from store.schema import AuditEntry

_LONGEST_PATH = 512


def note_write(
    session: Session, project_id: str, key_id: str, method: str, path: str, request_id: str
) -> None:
    """Note a request that writes in the transaction of its writes."""
    session.add(
        AuditEntry(
            project_id=project_id,
            key_id=key_id,
            method=method,
            path=path[:_LONGEST_PATH],
            request_id=request_id,
        )
    )
