"""A built wheel: its files, its metadata, and what it leads to."""

from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@dataclass(frozen=True)
class Wheel:
    """A built wheel."""

    path: Path

    @property
    def names(self) -> list[str]:
        """The paths of its files."""
        return ZipFile(self.path).namelist()

    @property
    def metadata(self) -> Message:
        """Its METADATA."""
        (name,) = (name for name in self.names if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(ZipFile(self.path).read(name).decode())


def requirements(wheel: Wheel, extra: str = "") -> list[Requirement]:
    """What a wheel asks for, with the requirements of one extra."""
    texts = wheel.metadata.get_all("Requires-Dist", [])
    asked = [Requirement(text) for text in texts]
    return [r for r in asked if r.marker is None or r.marker.evaluate({"extra": extra})]


def closure(asked: list[Requirement]) -> set[str]:
    """The names of all projects that pip would install, by this environment's metadata."""
    found: set[str] = set()
    waiting = [(r, extra) for r in asked for extra in ("", *r.extras)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        found.add(name)
        if (name, extra) in seen or name == "tsloss-core":
            continue
        seen.add((name, extra))
        further = map(Requirement, distribution(name).requires or [])
        needed = [r for r in further if r.marker is None or r.marker.evaluate({"extra": extra})]
        waiting += [(r, more) for r in needed for more in ("", *r.extras)]
    return found
