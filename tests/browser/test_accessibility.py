"""axe-core finds nothing on any view, in light and in dark, on a desk and on a phone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from store.ids import new_id
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.support.running import Client, Running


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
    analysis = client.finish(job["id"])["analysis"]
    client.finish(analysis)
    client.finish(failed["id"])
    return Project(key, job["id"], analysis, failed["id"])


LOOKS = [("light", DESK), ("dark", DESK), ("light", PHONE), ("dark", PHONE)]


@pytest.fixture(
    scope="module", params=LOOKS, ids=[f"{scheme}-{size['width']}" for scheme, size in LOOKS]
)
def seen(
    request: pytest.FixtureRequest, browser: Browser, running: Running, project: Project
) -> Iterator[Visitor]:
    scheme, viewport = request.param
    visitor = Visitor.arrive(browser, running, color_scheme=scheme, viewport=viewport)
    visitor.sign_in(project.key)
    yield visitor
    visitor.page.context.close()


VIEWS = {
    "jobs": "main table tbody tr",
    "jobs?status=paused": ".empty",
    "jobs/new": ".choice",
    "jobs/{job}": ".chart-room canvas",
    "jobs/{job}/evolution": ".evolution .token",
    "jobs/{job}/events": ".events li",
    "jobs/{job}/configuration": ".tree li",
    "jobs/{job}/files": "tbody tr",
    "jobs/{failed}": ".notice.bad",
    "analyses": "main table tbody tr",
    "analyses/{analysis}": ".figure-image",
    "experiments": "h1",
    "files": "main table tbody tr",
    "models": "main table tbody tr",
    "keys": "main table tbody tr",
    "nowhere": ".empty",
}


class TestViews:
    @pytest.mark.parametrize("place", VIEWS)
    def test_axe_finds_nothing(self, seen: Visitor, project: Project, place: str) -> None:
        seen.go(place.format(**vars(project)))
        expect(seen.page.locator(VIEWS[place]).first).to_be_visible()
        seen.expect_accessible()
        seen.expect_no_sideways_scrolling()
        seen.expect_calm()


class TestSignIn:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing(self, browser: Browser, running: Running, scheme: str) -> None:
        visitor = Visitor.arrive(browser, running, color_scheme=scheme, viewport=PHONE)
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
