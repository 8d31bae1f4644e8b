"""An experiment is started, followed and read in the browser."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.visitor import PHONE, Guest
from tests.support.polling import wait_for
from tests.support.running import QUICK, Client


def _create(client: Client, **fields: Any) -> dict[str, Any]:
    files = {"training_file": client.upload(), "validation_file": client.upload()}
    body = {
        "name": "by hand", "models": ["tiny"], "tasks": [{"name": "sums", **files}],
        "seeds": [0, 1], "soft_prompt": QUICK,
        "arms": [{"name": n, "regularizer": {"type": n}} for n in ("none", "l2")], **fields,
    }  # fmt: skip
    answer = client.http.post("/v1/experiments", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _finish(client: Client, experiment: dict[str, Any]) -> None:
    place = f"/v1/experiments/{experiment['id']}"
    wait_for(lambda: client.http.get(place).json()["finished_at"], "the experiment", 180)


class TestExperiment:
    def test_the_comparison_is_read(self, guest: Guest) -> None:
        experiment = _create(guest.client)
        _finish(guest.client, experiment)
        guest.visitor.go(f"experiments/{experiment['id']}", "by hand")
        page = guest.visitor.page
        expect(page.locator(".verdicts li").first).to_contain_text("l2")
        expect(page.get_by_text("With fewer than 6 seeds no difference")).to_be_visible()
        expect(page.get_by_role("region", name="Arms on sums").locator("tbody tr")).to_have_count(2)
        differences = page.get_by_role("region", name="Differences on sums")
        expect(differences.locator("tbody tr").first).to_contain_text("against none")
        expect(page.locator(".chart-room canvas")).to_be_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            guest.visitor.expect_accessible()
        page.set_viewport_size(PHONE)
        guest.visitor.expect_no_sideways_scrolling()
        guest.visitor.go("experiments", "Experiments")
        expect(page.locator("main tbody tr")).to_have_count(1)
        guest.visitor.expect_accessible()
        guest.visitor.expect_no_sideways_scrolling()
        guest.visitor.expect_calm()

    def test_runs_without_a_result_are_named(self, guest: Guest) -> None:
        experiment = _create(guest.client, models=["broken"], seeds=[0])
        _finish(guest.client, experiment)
        guest.visitor.go(f"experiments/{experiment['id']}", "by hand")
        guest.visitor.page.get_by_text("Runs without a result (2)").click()
        region = guest.visitor.page.get_by_role("region", name="Runs without a result")
        expect(region.locator("tbody tr")).to_have_count(2)
        guest.visitor.expect_accessible()

    def test_seeds_are_added(self, guest: Guest) -> None:
        experiment = _create(guest.client)
        guest.visitor.go(f"experiments/{experiment['id']}", "by hand")
        guest.visitor.page.locator("summary", has_text="Extend").click()
        guest.visitor.page.get_by_label("Further seeds").fill("1")
        guest.visitor.button("Add them").click()
        expect(guest.visitor.page.locator(".figures dd").first).to_contain_text("6")
        place = f"/v1/experiments/{experiment['id']}"
        assert guest.client.http.get(place).json()["settings"]["seeds"] == [0, 1, 2]


class TestForm:
    def test_a_preset_is_started(self, guest: Guest) -> None:
        guest.client.upload()
        guest.visitor.go("experiments", "Experiments")
        page = guest.visitor.page
        page.locator("summary", has_text="New experiment").click()
        page.get_by_label("Seeds").fill("many")
        page.get_by_label("Training file").select_option(index=1)
        guest.visitor.button("Start the experiment").click()
        seeds = page.locator(".field", has=page.get_by_label("Seeds"))
        expect(seeds.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label("Seeds")).to_be_focused()
        page.get_by_label("Seeds").fill("1")
        page.get_by_label("Most steps").fill("2")
        guest.visitor.button("Start the experiment").click()
        guest.visitor.heading("paper-main")
        guest.visitor.button("Cancel").click()
        expect(page.locator("main .state").first).to_have_text("cancelled", timeout=120_000)
        guest.visitor.forgive_refusals()
        guest.visitor.expect_calm()
