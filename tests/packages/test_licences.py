"""Every package that an installation brings has a licence that goes with Apache-2.0."""

import re
from importlib.metadata import distribution

import pytest

from tests.packages.conftest import ROOT
from tests.packages.wheel import Wheel, closure, requirements

PERMISSIVE = {
    "0BSD", "Apache", "BSD", "BSL-1.0", "CC0-1.0", "CNRI-Python", "ISC", "LLVM-exception", "MIT",
    "PSF", "Public Domain", "Python Software Foundation", "Zlib",
}  # fmt: skip


@pytest.fixture(scope="module")
def installed_names(wheels: dict[str, Wheel]) -> set[str]:
    asked = [r for wheel in wheels.values() for r in requirements(wheel, extra="smollm2")]
    return closure(asked) - {"tsloss-core"}


class TestLicences:
    def test_none_is_agpl(self, installed_names: set[str]) -> None:
        found = {name: _licence(name) for name in installed_names}
        assert {name: text for name, text in found.items() if re.search("AGPL|Affero", text)} == {}

    def test_one_that_is_not_permissive_is_in_the_notice(self, installed_names: set[str]) -> None:
        notice = (ROOT / "NOTICE").read_text("utf-8")
        others = {name for name in installed_names if not _is_permissive(_licence(name))}
        assert "psycopg" in others
        assert {name for name in others if not re.search(rf"\b{name}\b", notice)} == set()


def _is_permissive(licence: str) -> bool:
    parts = re.split(r"\bAND\b|\bOR\b|\bWITH\b|;", licence)
    return bool(licence) and all(any(word in part for word in PERMISSIVE) for part in parts)


def _licence(name: str) -> str:
    metadata = distribution(name).metadata
    classified = [
        text.rpartition(" :: ")[2]
        for text in metadata.get_all("Classifier", [])
        if text.startswith("License ::")
    ]
    return metadata["License-Expression"] or "; ".join(classified) or metadata["License"] or ""
