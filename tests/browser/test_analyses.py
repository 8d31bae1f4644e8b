"""An analysis of several runs is read in the browser: what was found, input by input."""

from playwright.sync_api import expect

from tests.browser.visitor import PHONE, Guest
from tests.support.running import Client

GRADED = {
    "hyperparameters": {"n_epochs": 12, "batch_size": 2},
    "evaluation": {"every_epochs": 1, "max_new_tokens": 2},
    "snapshots": {"every_epochs": 1},
}
"""Enough graded snapshots for structure to be set against performance, and for when it settles."""


def _tuned(client: Client, seed: int) -> str:
    job = client.create(seed=seed, **GRADED)
    assert client.finish(job["id"])["status"] == "succeeded"
    return job["id"]


def _analysed(client: Client) -> str:
    inputs = [{"fine_tuning_job": _tuned(client, seed)} for seed in (0, 1)]
    answer = client.http.post("/v1/analyses", json={"inputs": inputs})
    assert answer.status_code == 200, answer.text
    analysis = client.finish(answer.json()["id"])
    assert analysis["status"] == "succeeded", analysis
    return analysis["id"]


class TestAnalysis:
    def test_what_was_found_in_two_runs_is_read(self, guest: Guest) -> None:
        guest.visitor.go(f"analyses/{_analysed(guest.client)}", "Analysis of 2 inputs")
        page = guest.visitor.page
        found = page.locator("section", has=page.get_by_role("heading", name="What was found"))
        expect(found.locator(".verdicts li").first).not_to_be_empty()
        for title in ("Structure against performance", "When it settles"):
            found.locator("summary", has_text=title).click()
            expect(
                found.get_by_role("region", name=title).locator("tbody tr").first
            ).to_be_visible()
        expect(found.get_by_text("undefined")).to_have_count(0)
        expect(found.get_by_text("NaN")).to_have_count(0)
        choice = page.get_by_label("Input")
        expect(choice.locator("option")).to_have_count(2)
        choice.select_option(index=1)
        expect(page.locator(".evolution .token").first).to_be_visible()
        guest.visitor.expect_accessible()
        page.set_viewport_size(PHONE)
        guest.visitor.expect_no_sideways_scrolling()
        guest.visitor.expect_calm()
