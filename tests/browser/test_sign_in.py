"""A key opens the dashboard; the browser keeps a session and never the key."""

from playwright.sync_api import Route, expect

from store.ids import new_id
from tests.browser.visitor import Guest, Visitor
from tests.support.running import Running


class TestSignIn:
    def test_a_wrong_key_is_refused_next_to_the_field(self, visitor: Visitor) -> None:
        visitor.page.goto(visitor.base)
        visitor.page.get_by_label("API key").fill("tsl_wrong")
        visitor.button("Sign in").click()
        said = visitor.page.get_by_role("alert")
        expect(said).to_have_text("The key is unknown, revoked or expired.")
        expect(visitor.page.get_by_label("API key")).to_have_attribute("aria-invalid", "true")
        visitor.forgive_refusals()
        visitor.expect_calm()

    def test_a_browser_that_keeps_no_session_is_told_why(
        self, visitor: Visitor, running: Running
    ) -> None:
        page = visitor.page

        def forget(route: Route) -> None:
            answer = route.fetch()
            page.context.clear_cookies()
            kept = {k: v for k, v in answer.headers.items() if k.lower() != "set-cookie"}
            route.fulfill(status=answer.status, headers=kept, body=answer.body())

        page.route("**/v1/session", forget)
        page.goto(visitor.base)
        page.get_by_label("API key").fill(running.new_key(new_id("proj")))
        visitor.button("Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("did not keep the session")

    def test_it_lasts_when_the_page_is_loaded_again(self, guest: Guest) -> None:
        guest.visitor.page.reload()
        guest.visitor.heading("Jobs")
        guest.visitor.expect_calm()

    def test_no_script_finds_the_key_or_the_session(self, guest: Guest) -> None:
        held = guest.visitor.page.evaluate(
            "JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])"
        )
        assert guest.key not in held
        (cookie,) = guest.visitor.page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert cookie["value"] not in held
        assert guest.key not in cookie["value"]

    def test_a_view_that_was_asked_for_comes_after_it(
        self, visitor: Visitor, running: Running
    ) -> None:
        visitor.page.goto(f"{visitor.base}/#/models")
        visitor.page.get_by_label("API key").fill(running.new_key(new_id("proj")))
        visitor.button("Sign in").click()
        visitor.heading("Models")


class TestSignOut:
    def test_the_session_is_over(self, guest: Guest) -> None:
        guest.visitor.button("Sign out").click()
        guest.visitor.heading("Sign in")
        assert guest.visitor.page.context.cookies() == []
        guest.visitor.page.reload()
        guest.visitor.heading("Sign in")
        guest.visitor.expect_calm()

    def test_a_key_that_is_revoked_ends_it(self, guest: Guest) -> None:
        (own,) = guest.client.http.get("/v1/keys").json()["data"]
        guest.client.http.delete(f"/v1/keys/{own['id']}")
        guest.visitor.go("files")
        guest.visitor.heading("Sign in")
