"""Follows a job by its event stream."""

from rich.console import Console

from cli.errors import BrokenOffError
from cli.following import succeeded
from cli.jobs.show import show_job
from cli.progress import Bar
from tsloss_client import Client, Event


def watch_job(client: Client, job_id: str, console: Console, as_json: bool) -> None:
    """Show events and progress on `console`, at the end the job on stdout.

    Raises ServiceFailedError if the job did not succeed, BrokenOffError on Ctrl-C.
    """
    try:
        _follow(client, job_id, console)
    except KeyboardInterrupt:
        raise BrokenOffError(
            f"Watching ended, the job goes on; look again with: tsloss jobs watch {job_id}"
        ) from None
    job = client.jobs.retrieve(job_id)
    show_job(job, as_json)
    succeeded(job)


def _follow(client: Client, job_id: str, console: Console) -> None:
    with Bar(console) as bar:
        for message in client.jobs.stream(job_id):
            if isinstance(message, Event):
                console.print(message.message, markup=False, style="dim", soft_wrap=True)
            else:
                bar.show(message.status, message.progress)
