"""Which analyses look at something."""

from sqlalchemy import ColumnElement, and_

from store.schema import Job


def looks_at(point_cloud_file: str) -> ColumnElement[bool]:
    """Return the condition that a job is an analysis of this file."""
    source = {"point_cloud_file": point_cloud_file}
    return and_(Job.kind == "analysis", Job.spec["inputs"].contains([source]))
