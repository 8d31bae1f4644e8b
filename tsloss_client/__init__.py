"""A typed client of a tsloss service, for what the `openai` package lacks and the rest beside it.

from tsloss_client import Client

with Client() as service:                      # TSLOSS_BASE_URL and TSLOSS_API_KEY
    file = service.files.upload(Path("rows.jsonl"))
    job = service.jobs.create(model="smollm2-135m-instruct", training_file=file.id)
    for message in service.jobs.stream(job.id):
        print(message)
"""

from tsloss_client.analyses import Analyses
from tsloss_client.client import Client
from tsloss_client.errors import (
    ClientError,
    FaultError,
    RefusedError,
    TimedOutError,
    UnreachableError,
)
from tsloss_client.experiments import Experiments
from tsloss_client.files import Files
from tsloss_client.jobs import Jobs
from tsloss_client.models import Models
from tsloss_client.objects import (
    FINAL,
    Analysis,
    Checkpoint,
    Deleted,
    Delivery,
    Diagram,
    Estimate,
    Event,
    Experiment,
    Figure,
    File,
    Job,
    JobError,
    Model,
    NewWebhook,
    Position,
    Progress,
    Statistics,
    Step,
    Webhook,
)
from tsloss_client.webhooks import Webhooks

__all__ = [
    "FINAL",
    "Analyses",
    "Analysis",
    "Checkpoint",
    "Client",
    "ClientError",
    "Deleted",
    "Delivery",
    "Diagram",
    "Estimate",
    "Event",
    "Experiment",
    "Experiments",
    "FaultError",
    "Figure",
    "File",
    "Files",
    "Job",
    "JobError",
    "Jobs",
    "Model",
    "Models",
    "NewWebhook",
    "Position",
    "Progress",
    "RefusedError",
    "Statistics",
    "Step",
    "TimedOutError",
    "UnreachableError",
    "Webhook",
    "Webhooks",
]
