"""axe-core finds nothing on any view: in light on a desk, in dark on a phone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from store.ids import new_id
from tests.browser.visitor import DESK, PHONE, Scheme, Visitor
from tests.support.running import Client, Running

SLOW = 240.0


@dataclass
class Project:
    """A project with one of everything."""

    key: str
    job: str
    analysis: str
    failed: str


@pytest.fixture(scope="module")
def project(running: Running) -> Project:
    key = running.new_key(new_id("proj"))
    client = Client.at(running, key)
    job = client.create()
    failed = client.create(model="broken")
    analysis = client.finish(job["id"], SLOW)["analysis"]
    client.finish(analysis, SLOW)
    client.finish(failed["id"], SLOW)
    return Project(key, job["id"], analysis, failed["id"])


@pytest.fixture(scope="module")
def seen(browser: Browser, running: Running, project: Project) -> Iterator[Visitor]:
    visitor = Visitor.arrive(browser, running)
    visitor.sign_in(project.key)
    yield visitor
    visitor.page.context.close()


TABLE = "main table tbody tr"
VIEWS = {
    "jobs": ("Jobs", TABLE),
    "jobs?status=paused": ("Jobs", ".empty"),
    "jobs/new": ("New job", "details[open] .choice"),
    "jobs/{job}": ("{job}", ".chart-room canvas"),
    "jobs/{job}/evolution": ("{job}", ".evolution .token"),
    "jobs/{job}/events": ("{job}", ".events li"),
    "jobs/{job}/configuration": ("{job}", ".tree li"),
    "jobs/{job}/files": ("{job}", TABLE),
    "jobs/{failed}": ("{failed}", ".standing .notice.bad"),
    "analyses": ("Analyses", TABLE),
    "analyses/{analysis}": ("Analysis of job {short}", ".figure-image"),
    "experiments": ("Experiments", ".empty"),
    "files": ("Files", TABLE),
    "models": ("Models", TABLE),
    "keys": ("Keys", TABLE),
    "nowhere": ("Not found", ".empty"),
}
"""The heading of each view, and what shows that it has its content."""


class TestViews:
    @pytest.mark.parametrize("place", VIEWS)
    def test_axe_finds_nothing(self, seen: Visitor, project: Project, place: str) -> None:
        seen.complaints.clear()
        seen.look("light", DESK)
        names = {**vars(project), "short": f"…{project.job[-8:]}"}
        heading, shown = VIEWS[place]
        seen.go(place.format(**names), heading.format(**names))
        expect(seen.page.locator(shown).first).to_be_visible()
        seen.page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
        seen.expect_accessible()
        seen.look("dark", PHONE)
        seen.expect_accessible()
        seen.expect_no_sideways_scrolling()
        seen.expect_calm()


class TestSignIn:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing(self, visitor: Visitor, scheme: Scheme) -> None:
        visitor.look(scheme, PHONE)
        visitor.page.goto(visitor.base)
        visitor.heading("Sign in")
        visitor.expect_accessible()
        visitor.expect_no_sideways_scrolling()


class TestKeyboard:
    def test_the_first_stop_leads_past_the_bar(self, seen: Visitor) -> None:
        seen.go("models", "Models")
        seen.page.reload()
        seen.heading("Models")
        seen.page.keyboard.press("Tab")
        expect(seen.page.get_by_role("link", name="Skip to the content")).to_be_focused()
        seen.page.keyboard.press("Enter")
        expect(seen.page.locator("main")).to_be_focused()
        seen.heading("Models")

    def test_a_new_view_begins_at_its_heading(self, seen: Visitor) -> None:
        seen.go("models", "Models")
        seen.page.get_by_role("link", name="Files", exact=True).focus()
        seen.page.keyboard.press("Enter")
        expect(seen.page.get_by_role("heading", name="Files", level=1)).to_be_focused()
        assert seen.page.title() == "Files · tsloss"

    def test_a_question_is_asked_before_what_cannot_be_undone(self, seen: Visitor) -> None:
        seen.go("files", "Files")
        first = seen.page.get_by_role("button", name="Delete").first
        first.focus()
        seen.page.keyboard.press("Enter")
        expect(seen.page.get_by_role("dialog")).to_be_visible()
        seen.expect_accessible()
        seen.page.keyboard.press("Escape")
        expect(seen.page.get_by_role("dialog")).to_have_count(0)
        expect(first).to_be_focused()
