"""`tsloss serve`: the service in the foreground."""

from pathlib import Path

from rich.console import Console

from cli.service import running_service

console = Console(stderr=True, highlight=False)


def serve(host: str, port: int, data_dir: Path) -> None:
    """Serve until Ctrl-C, SIGTERM or SIGHUP. Raises ServiceFailedError if a part fails."""
    try:
        with running_service(host, port, data_dir, console) as service:
            console.print(f"[bold]Listening on {service.base_url}[/]  (Ctrl-C ends it)")
            if service.key_is_new:
                console.print(f"API key: {service.api_key}", soft_wrap=True)
            console.print(f"The key is in {service.key_file}", soft_wrap=True)
            service.watch()
    except KeyboardInterrupt:
        console.print("Stopped.")
