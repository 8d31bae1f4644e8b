"""Links lead somewhere: files and headings exist, addresses are well formed."""

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.docs.pages import NOT_RUN, RESULTS, ROOT, Page, pages

HAND_WRITTEN = [
    page for page in pages() if page.name != RESULTS and "docs/reference/" not in page.name
]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
class TestLinks:
    def test_files_and_headings_exist(self, page: Page) -> None:
        inner = [link for link in page.links if not urlsplit(link).scheme]
        assert [link for link in inner if not _leads(page, link)] == []

    def test_addresses_are_well_formed(self, page: Page) -> None:
        """The tests reach no network: whether a site answers is not asked."""
        outer = [urlsplit(link) for link in page.links if urlsplit(link).scheme]
        assert [link for link in outer if link.scheme != "https" or "." not in link.netloc] == []


def test_every_picture_is_shown() -> None:
    shown = {(page.path.parent / link).resolve() for page in pages() for link in page.links}
    assert set((ROOT / "docs" / "images").iterdir()) - shown == set()


class TestOnce:
    """What people write stands once; programs repeat headings for each report and command."""

    @pytest.mark.parametrize("page", HAND_WRITTEN, ids=lambda page: page.name)
    def test_no_heading_stands_twice_in_a_page(self, page: Page) -> None:
        assert _repeated(page.headings) == []

    @pytest.mark.parametrize("page", HAND_WRITTEN, ids=lambda page: page.name)
    def test_no_paragraph_stands_twice_in_a_page(self, page: Page) -> None:
        paragraphs = [each.strip() for each in page.prose.split("\n\n")]
        told = [each for each in paragraphs if each and not each.startswith(NOT_RUN)]
        assert _repeated(told) == []


def _repeated(lines: list[str]) -> list[str]:
    return [line for line, times in Counter(lines).items() if times > 1]


def _leads(page: Page, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.path.parent / path).resolve() if path else page.path
    if not target.exists():
        return False
    return not anchor or (_is_page(target) and anchor in Page(target).anchors)


def _is_page(path: Path) -> bool:
    return path.suffix == ".md"


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    docs = {page.path for page in pages() if page.name.startswith("docs/")}
    index = next(page for page in pages() if page.name == "docs/README.md")
    linked = {(index.path.parent / link).resolve() for link in index.links}
    assert docs - linked == {index.path}
