"""The tables. Importing this package registers every one of them on `Base.metadata`."""

from store.schema.base import Base
from store.schema.files import File, RowLengths
from store.schema.jobs import ACTIVE, FINAL, STATUSES, Job
from store.schema.projects import ApiKey, Project
from store.schema.results import Diagram, Figure, Statistics, TunedModel
from store.schema.runs import Event, Metrics, ResumeState, Snapshot

__all__ = [
    "ACTIVE",
    "FINAL",
    "STATUSES",
    "ApiKey",
    "Base",
    "Diagram",
    "Event",
    "Figure",
    "File",
    "Job",
    "Metrics",
    "Project",
    "ResumeState",
    "RowLengths",
    "Snapshot",
    "Statistics",
    "TunedModel",
]
