"""Commands that do one thing to each of several jobs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from cli.connection import ClientDir, connect
from cli.defaults import DATA_DIR
from cli.errors import told_plainly
from cli.output import AsJson, print_json, print_rows

if TYPE_CHECKING:
    from tsloss_client import Deleted, Job

JobIds = Annotated[list[str], typer.Argument(help="The jobs' ids.")]

ACTIONS = {
    "cancel": "Cancel jobs: queued ones at once, running ones at their next step.",
    "pause": "Pause jobs: running ones save their state first.",
    "resume": "Let paused jobs go on where they stopped.",
    "retry": "Queue failed jobs again, from their last saved state.",
    "delete": "Delete finished jobs with their results, tuned models and analyses.",
}


def register(app: typer.Typer) -> None:
    """Add a command per action."""
    for name, text in ACTIONS.items():
        app.command(name, help=text)(_command(name))


def _command(name: str) -> Callable[..., None]:
    def act(job_ids: JobIds, data_dir: ClientDir = DATA_DIR, as_json: AsJson = False) -> None:
        with told_plainly(), connect(data_dir) as client:
            done = [getattr(client.jobs, name)(job_id) for job_id in job_ids]
            if as_json:
                print_json([each.model_dump() for each in done])
            else:
                print_rows(("id", "status"), [[each.id, _status(each)] for each in done])

    return act


def _status(done: "Job | Deleted") -> str:
    return getattr(done, "status", "deleted")
