"""The tables. Importing this package registers every one of them on `Base.metadata`."""

from store.schema.audit import AuditEntry
from store.schema.base import Base
from store.schema.browser_sessions import BrowserSession
from store.schema.experiments import Experiment
from store.schema.files import File, RowLengths
from store.schema.idempotency import IdempotentRequest
from store.schema.jobs import ACTIVE, FINAL, STATUSES, Job
from store.schema.measurements import Measurement
from store.schema.projects import ApiKey, Project
from store.schema.results import Diagram, Evolution, Figure, Statistics, TunedModel
from store.schema.runs import Event, Metrics, ResumeState, Snapshot
from store.schema.webhooks import Delivery, Webhook

WITH_ARTIFACTS = (File, Snapshot, ResumeState, TunedModel, Figure)
"""The tables whose rows each own an artifact, `artifact_key`. What none of them names is swept."""

__all__ = [
    "ACTIVE",
    "FINAL",
    "STATUSES",
    "WITH_ARTIFACTS",
    "ApiKey",
    "AuditEntry",
    "Base",
    "BrowserSession",
    "Delivery",
    "Diagram",
    "Event",
    "Evolution",
    "Experiment",
    "Figure",
    "File",
    "IdempotentRequest",
    "Job",
    "Measurement",
    "Metrics",
    "Project",
    "ResumeState",
    "RowLengths",
    "Snapshot",
    "Statistics",
    "TunedModel",
    "Webhook",
]
