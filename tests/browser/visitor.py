"""Somebody at the dashboard: a page, what it complained of, and what axe-core finds on it."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    ViewportSize,
    expect,
)

from tests.support.polling import wait_for
from tests.support.running import Client, Running

Scheme = Literal["light", "dark"]

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
PATIENCE = 60_000
"""Milliseconds that a page may take on a machine that is busy elsewhere."""

REFUSED = re.compile(r"the server responded with a status of 4\d\d")
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

GO = """place => new Promise((arrived) => {
  if (location.hash === place) return arrived();
  addEventListener("hashchange", () => arrived(), { once: true });
  location.hash = place;
})"""
"""The view before may have the same heading: what follows must not look at it."""

expect.set_options(timeout=PATIENCE)


@dataclass
class Visitor:
    """A page on the dashboard of a service."""

    page: Page
    running: Running
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @classmethod
    def arrive(cls, browser: Browser, running: Running, **context: Any) -> "Visitor":
        """Open a browser of its own; nothing is loaded yet."""
        options = {"viewport": DESK, "reduced_motion": "reduce", **context}
        page = browser.new_context(**options).new_page()
        page.set_default_timeout(PATIENCE)
        visitor = cls(page, running)
        page.on("console", visitor._hear)
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        page.on("request", visitor._watch)
        return visitor

    @property
    def base(self) -> str:
        """The service's address."""
        return self.running.base_url

    def sign_in(self, key: str) -> None:
        """Come in with a key and wait for the first view."""
        self.page.goto(self.base)
        self.page.get_by_label("API key").fill(key)
        self.page.get_by_role("button", name="Sign in").click()
        self.heading("Jobs")

    def go(self, place: str, heading: str | None = None) -> None:
        """Go to a view, and wait until it is there and its heading stands."""
        self.page.evaluate(GO, f"#/{place}")
        expect(self.page.locator("main[aria-busy=false]")).to_be_attached()
        if heading is not None:
            self.heading(heading)

    def look(self, scheme: Scheme, size: ViewportSize) -> None:
        """Choose light or dark, and the size of the window."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size(size)

    def heading(self, text: str) -> None:
        """Wait for a view's heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def button(self, name: str) -> Locator:
        """Return a button by its whole name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def state(self, status: str) -> None:
        """Wait until the job on the page has a state."""
        state = self.page.locator(".standing .state")
        expect(state).to_have_text(status, timeout=2 * PATIENCE)

    def expect_accessible(self) -> None:
        """Fail with what axe-core finds on the page as it stands."""
        found = Axe().run(self.page, options=AXE).response["violations"]
        told = [
            f"{rule['id']} at {self.page.url}: {rule['help']}\n  {node['html']}\n"
            f"  {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]
        assert not told, "\n".join(told)

    def expect_no_sideways_scrolling(self) -> None:
        """Fail if the page stays wider than the window."""
        root = "document.documentElement"
        fits = f"{root}.scrollWidth <= {root}.clientWidth"
        wait_for(lambda: self.page.evaluate(fits), f"{self.page.url} to fit the window")

    def expect_calm(self) -> None:
        """Fail if the console told an error, or anything was asked of another host."""
        assert self.complaints == []
        assert self.foreign == []

    def forgive_refusals(self) -> None:
        """Forget that the browser noted answers which the test provoked."""
        self.complaints[:] = [each for each in self.complaints if not REFUSED.search(each)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _watch(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.base).netloc:
            self.foreign.append(request.url)


@dataclass
class Guest:
    """A visitor who is signed in, and the same project's client behind the interface."""

    visitor: Visitor
    client: Client
    key: str
