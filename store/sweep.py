"""Removes artifacts that no row names: what a killed upload or a lost run left behind."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from store.artifacts import Artifacts
from store.schema import WITH_ARTIFACTS

GRACE = timedelta(days=1)


def sweep(session: Session, artifacts: Artifacts, grace: timedelta = GRACE) -> list[str]:
    """Delete what is older than `grace` and has no row, half-written files too; return its keys.

    The grace time covers a run that has written an artifact and not yet its row.
    """
    before = datetime.now(UTC) - grace
    old = [key for key, written in artifacts.listing() if written < before]
    orphans = sorted(set(old) - _named_keys(session))
    for key in orphans:
        artifacts.delete(key)
    return orphans + artifacts.remove_unfinished(before)


def _named_keys(session: Session) -> set[str]:
    keys = (select(table.artifact_key) for table in WITH_ARTIFACTS)
    return set(session.scalars(union_all(*keys)))
