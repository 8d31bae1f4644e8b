"""A browser signs in with a key and is known by its cookie, from its own origin alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.cookies import COOKIE
from store.keys import Keys
from store.schema import BrowserSession
from tests.api.support import Door, ok, refused

HERE = "http://127.0.0.1:8000"


@pytest.fixture
def browser(app: FastAPI, door: Door) -> Iterator[TestClient]:
    """A browser that is signed in with the door's key."""
    client = TestClient(app, base_url=HERE)
    ok(_sign_in(client, door.key))
    yield client


def _sign_in(client: TestClient, key: str) -> Any:
    return client.post("/v1/session", headers={"Authorization": f"Bearer {key}"})


def _cookie(response: Any) -> Morsel[str]:
    return SimpleCookie(response.headers["set-cookie"])[COOKIE]


class TestCreate:
    def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
        self, app: FastAPI, door: Door
    ) -> None:
        cookie = _cookie(_sign_in(TestClient(app, base_url=HERE), door.key))
        assert cookie["httponly"]
        assert (cookie["samesite"].lower(), cookie["path"]) == ("strict", "/")
        assert int(cookie["max-age"]) == 12 * 3600

    def test_it_holds_nothing_of_the_key(self, app: FastAPI, door: Door) -> None:
        cookie = _cookie(_sign_in(TestClient(app, base_url=HERE), door.key))
        assert door.key not in cookie.value
        assert door.key.removeprefix("tsl_") not in cookie.value

    def test_the_token_is_not_stored(self, browser: TestClient, door: Door) -> None:
        token = browser.cookies[COOKIE]
        with door.service.database.transaction() as session:
            digests = [row.digest for row in session.query(BrowserSession)]
        assert digests
        assert token.encode() not in digests

    @pytest.mark.parametrize("base", [HERE, "http://localhost", "http://[::1]:8000"])
    def test_over_plain_http_to_this_machine_it_is_not_secure(
        self, app: FastAPI, door: Door, base: str
    ) -> None:
        assert not _cookie(_sign_in(TestClient(app, base_url=base), door.key))["secure"]

    @pytest.mark.parametrize(
        "base", ["http://tsloss.example", "https://127.0.0.1", "http://127.0.0.1.example"]
    )
    def test_elsewhere_it_is(self, app: FastAPI, door: Door, base: str) -> None:
        assert _cookie(_sign_in(TestClient(app, base_url=base), door.key))["secure"]

    def test_a_wrong_key_gets_none(self, app: FastAPI) -> None:
        response = _sign_in(TestClient(app, base_url=HERE), "tsl_wrong")
        refused(response, 401)
        assert "set-cookie" not in response.headers

    def test_a_session_opens_no_other_session(self, browser: TestClient) -> None:
        assert browser.post("/v1/session").status_code == 403

    def test_it_is_not_replayed(self, app: FastAPI, door: Door) -> None:
        headers = {"Authorization": f"Bearer {door.key}", "Idempotency-Key": "once"}
        client = TestClient(app, base_url=HERE)
        ok(client.post("/v1/session", headers=headers))
        refused(client.post("/v1/session", headers=headers), 409)


class TestUse:
    def test_the_browser_is_known(self, browser: TestClient, door: Door) -> None:
        session = ok(browser.get("/v1/session"))
        assert session["organization_id"] == door.project_id
        assert session["scopes"] == ["admin", "read", "write"]
        ok(browser.get("/v1/files"))

    def test_a_write_from_its_own_origin_is_carried_out(self, browser: TestClient) -> None:
        ok(browser.post("/v1/keys", json={"name": "x"}, headers={"Origin": HERE}))

    @pytest.mark.parametrize(
        "origin", [None, "null", "", "http://evil.example", "http://127.0.0.1:8001", "127.0.0.1"]
    )
    def test_a_write_from_elsewhere_is_refused(
        self, browser: TestClient, origin: str | None
    ) -> None:
        headers = {} if origin is None else {"Origin": origin}
        refused(browser.post("/v1/keys", json={"name": "x"}, headers=headers), 403)
        refused(browser.delete("/v1/keys/key-x", headers=headers), 403)

    def test_a_proxy_that_ends_tls_hides_the_scheme_alone(self, app: FastAPI, door: Door) -> None:
        client = TestClient(app, base_url="http://tsloss.example")
        token = _cookie(_sign_in(client, door.key)).value
        headers = {"Cookie": f"{COOKIE}={token}", "Origin": "https://tsloss.example"}
        ok(client.post("/v1/keys", json={"name": "x"}, headers=headers))

    def test_a_key_beside_the_cookie_goes_first(
        self, browser: TestClient, door: Door, stranger: Door
    ) -> None:
        headers = {"Authorization": f"Bearer {stranger.key}"}
        session = ok(browser.get("/v1/session", headers=headers))
        assert session["organization_id"] == stranger.project_id

    @pytest.mark.parametrize("cookie", ["x", f"{COOKIE}=", f"{COOKIE}=wrong", f"{COOKIE}=a b;=;"])
    def test_what_is_no_session_is_refused(self, app: FastAPI, cookie: str) -> None:
        refused(TestClient(app).get("/v1/files", headers={"Cookie": cookie}), 401)

    def test_a_key_without_admin_signs_in_to_no_more(self, app: FastAPI) -> None:
        client = TestClient(app, base_url=HERE)
        ok(_sign_in(client, Door.open(app, ("read",)).key))
        refused(client.get("/v1/keys"), 403)


class TestEnd:
    def test_signing_out_ends_it(self, browser: TestClient) -> None:
        token = browser.cookies[COOKIE]
        ok(browser.delete("/v1/session", headers={"Origin": HERE}))
        assert COOKIE not in browser.cookies
        refused(browser.get("/v1/files", headers={"Cookie": f"{COOKIE}={token}"}), 401)

    def test_it_ends_with_its_key(self, browser: TestClient, door: Door) -> None:
        with door.service.database.transaction() as session:
            keys = Keys(session, door.project_id)
            keys.revoke(keys.page(None, 1).rows[0].id)
        refused(browser.get("/v1/files"), 401)

    def test_it_ends_with_its_time(self, browser: TestClient, door: Door) -> None:
        with door.service.database.transaction() as session:
            past = datetime.now(UTC) - timedelta(seconds=1)
            session.query(BrowserSession).update({"expires_at": past})
        refused(browser.get("/v1/files"), 401)
        browser.cookies.clear()
        ok(_sign_in(browser, door.key))
        with door.service.database.transaction() as session:
            assert session.query(BrowserSession).count() == 1

    def test_signing_out_with_a_key_changes_nothing(self, door: Door) -> None:
        assert ok(door.client.delete("/v1/session"))["deleted"] is True
