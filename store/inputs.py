"""Which analyses look at something."""

from sqlalchemy import ColumnElement, and_

from store.schema import Job


def has_input(**source: str) -> ColumnElement[bool]:
    """Return the condition that a job is an analysis with this input.

    `source` is `point_cloud_file` or `fine_tuning_job` with an id.
    """
    return and_(Job.kind == "analysis", Job.spec["inputs"].contains([source]))
