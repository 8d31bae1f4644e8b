"""The reference of the command line."""

import html
import subprocess
import sys

from cli.errors import MEANINGS

_HEAD = """\
# The command line

- Results go to stdout, progress and errors to stderr; an error is one line that names the field and
  the limit. With `--json` the result is one JSON document. Without it, rows are a table on a
  terminal and lines of values parted by tabs elsewhere.
- Colour is for terminals, and not where `NO_COLOR` is set.
- `tsloss jobs` and `tsloss files` talk to the service of `TSLOSS_BASE_URL` with the key
  `TSLOSS_API_KEY`. Where they are not set, to the one that `tsloss serve` runs on `--data-dir`.
- `tsloss --install-completion` installs completion for the shell it is called in.

| status | meaning |
|---|---|
"""


def commands_page() -> str:
    """Return the reference of every command, made by typer's own generator."""
    command = [sys.executable, "-m", "typer", "cli.main", "utils", "docs", "--name", "tsloss"]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, _, commands = made.partition("**Commands**:")
    _, _, pages = commands.partition("\n## ")
    codes = "".join(f"| {code.value} | {meaning} |\n" for code, meaning in MEANINGS.items())
    return f"{_HEAD}{codes}\n## {html.unescape(pages).strip()}\n"
