"""A browser, and somebody at the dashboard of a running service."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from store.ids import new_id
from tests.browser.chromium import chromium, chromium_path
from tests.browser.visitor import Guest, Visitor
from tests.support.running import Client, Running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.skip("there is no Chromium here; `make browser` installs one on Debian, as root")
    with chromium(path) as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser, running: Running) -> Iterator[Visitor]:
    """Somebody who is not signed in."""
    visitor = Visitor.arrive(browser, running)
    yield visitor
    visitor.page.context.close()


@pytest.fixture
def guest(visitor: Visitor, running: Running) -> Guest:
    """Somebody who is signed in to a project of their own."""
    key = running.new_key(new_id("proj"))
    visitor.sign_in(key)
    return Guest(visitor, Client.at(running, key), key)
