"""Keys are made, shown once and revoked."""

from playwright.sync_api import expect

from store.ids import new_id
from tests.browser.visitor import Guest, Visitor
from tests.support.running import Client, Running


class TestKeys:
    def test_a_new_key_is_told_once(self, guest: Guest, running: Running) -> None:
        page = guest.visitor.page
        guest.visitor.go("keys", "Keys")
        page.get_by_label("Name").fill("pipeline")
        guest.visitor.button("Make a key").click()
        key = page.locator(".secret code").inner_text()
        assert Client.at(running, key).http.get("/v1/files").status_code == 200
        assert Client.at(running, key).http.get("/v1/keys").status_code == 403
        page.reload()
        expect(page.locator("tbody tr")).to_have_count(2)
        assert key not in page.content()
        page.get_by_role("button", name="Revoke pipeline").click()
        guest.visitor.button("Revoke").click()
        expect(page.locator("tbody tr", has_text="pipeline")).to_contain_text("revoked")
        assert Client.at(running, key).http.get("/v1/files").status_code == 401
        guest.visitor.expect_calm()

    def test_without_admin_it_says_so(self, visitor: Visitor, running: Running) -> None:
        admin = Client.of(running, new_id("proj"))
        made = admin.http.post("/v1/keys", json={"name": "reader", "scopes": ["read"]}).json()
        visitor.sign_in(made["key"])
        visitor.go("keys", "Keys")
        expect(visitor.page.locator(".empty")).to_contain_text("admin")
        visitor.go("jobs/new", "New job")
        expect(visitor.button("Start the job")).to_be_disabled()
        visitor.expect_calm()
