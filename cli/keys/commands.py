"""`tsloss keys ...`."""

from enum import StrEnum
from typing import Annotated

import typer

from cli.defaults import DATA_DIR
from cli.errors import told_plainly
from cli.output import AsJson, print_json, print_rows
from cli.service_dir import ServiceDir

app = typer.Typer(help="API keys.", no_args_is_help=True)

Project = Annotated[str, typer.Option(help="The project they belong to.")]


class KeyScope(StrEnum):
    """What a key may do."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"
    METRICS = "metrics"


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    project: Project = "default",
    scope: Annotated[
        list[KeyScope] | None,
        typer.Option(
            help="What it may do; read, write and admin if none. metrics: numbers of all projects."
        ),
    ] = None,
    days: Annotated[int | None, typer.Option(help="How long it is valid.", min=1)] = None,
    data_dir: ServiceDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """Make an API key and print it. It is not stored and cannot be shown again."""
    with told_plainly():
        from cli.keys.keys import create_key
        from cli.settings import find_settings
        from store.keys import ALL_SCOPES

        scopes = tuple(each.value for each in scope or ()) or ALL_SCOPES
        key = create_key(name, project, find_settings(data_dir), scopes, days)
        if as_json:
            print_json({"name": name, "project": project, "scopes": scopes, "key": key})
        else:
            typer.echo(key)


@app.command("list")
def list_(
    project: Project = "default", data_dir: ServiceDir = DATA_DIR, as_json: AsJson = False
) -> None:
    """List a project's keys, newest first, with their last four characters."""
    with told_plainly():
        from dataclasses import asdict

        from cli.keys.keys import list_keys
        from cli.settings import find_settings

        listed = [asdict(key) for key in list_keys(project, find_settings(data_dir))]
        if as_json:
            print_json(listed)
            return
        rows = [
            [key["id"], f"...{key['hint']}", key["name"], ",".join(key["scopes"]), key["state"],
             key["last_used"] or "never"]
            for key in listed
        ]  # fmt: skip
        print_rows(("id", "ends in", "name", "scopes", "state", "last used"), rows)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `keys list` shows it.")],
    project: Project = "default",
    data_dir: ServiceDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """End a key now and for good, and print its id."""
    with told_plainly():
        from cli.keys.keys import revoke_key
        from cli.settings import find_settings

        revoke_key(key_id, project, find_settings(data_dir))
        if as_json:
            print_json({"id": key_id, "revoked": True})
        else:
            typer.echo(key_id)
