"""What is shown live stays right when the connection breaks."""

from playwright.sync_api import expect

from tests.browser.visitor import Guest
from tests.support.running import Running

LONG = {"n_epochs": 60, "batch_size": 2}


class TestReconnect:
    def test_no_event_is_missing_or_doubled(self, guest: Guest, running: Running) -> None:
        job = guest.client.create(hyperparameters=LONG)["id"]
        visitor = guest.visitor
        visitor.go(f"jobs/{job}/events")
        guest.client.wait_for_step(job, 4)
        expect(visitor.page.locator(".live")).to_have_text("live")
        api = running.processes[0]
        api.kill()
        api.wait()
        expect(visitor.page.locator(".live")).to_have_text("reconnecting…")
        running.processes[0] = running.start_api(running.port)
        visitor.state("succeeded")
        told = guest.client.events(job)
        expect(visitor.page.locator(".events li")).to_have_count(len(told))
        numbers = visitor.page.locator(".events li").evaluate_all(
            "items => items.map((item) => Number(item.dataset.number))"
        )
        assert numbers == [event["number"] for event in told][::-1]


class TestJobs:
    def test_the_list_follows_by_itself(self, guest: Guest) -> None:
        expect(guest.visitor.page.locator(".empty")).to_be_visible()
        job = guest.client.create()["id"]
        row = guest.visitor.page.locator("tbody tr", has_text=job)
        expect(row.locator(".state")).to_have_text("succeeded", timeout=120_000)
        guest.visitor.expect_calm()

    def test_it_is_narrowed(self, guest: Guest) -> None:
        guest.client.finish(guest.client.create()["id"])
        failed = guest.client.finish(guest.client.create(model="broken")["id"])["id"]
        guest.visitor.page.reload()
        page = guest.visitor.page
        expect(page.locator("tbody tr")).to_have_count(2)
        page.get_by_label("State").focus()
        page.get_by_label("State").select_option("failed")
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody tr")).to_contain_text(failed)
        assert "status=failed" in page.url
        expect(page.get_by_label("State")).to_be_focused()

    def test_what_may_be_old_says_so(self, guest: Guest, running: Running) -> None:
        notice = guest.visitor.page.get_by_text("What stands here may be old")
        expect(notice).to_be_hidden()
        api = running.processes[0]
        api.kill()
        api.wait()
        expect(notice).to_be_visible()
        running.processes[0] = running.start_api(running.port)
        expect(notice).to_be_hidden()
