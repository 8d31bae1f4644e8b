"""The form for a job says what the service says, beside the field that it means."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.visitor import Guest


@pytest.fixture
def filled(guest: Guest) -> Guest:
    """Somebody with a file chosen in the form."""
    guest.client.upload()
    guest.visitor.go("jobs/new", "New job")
    guest.visitor.page.get_by_label("Training file").select_option(index=1)
    return guest


def _beside(guest: Guest, label: str) -> Locator:
    field = guest.visitor.page.locator(".field", has=guest.visitor.page.get_by_label(label))
    return field.get_by_role("alert")


class TestValidation:
    def test_a_wrong_number_is_told_beside_its_field(self, filled: Guest) -> None:
        filled.visitor.page.get_by_label("Alpha").fill("-1")
        expect(_beside(filled, "Alpha")).to_have_text("Input should be greater than 0")
        filled.visitor.page.get_by_label("Alpha").fill("2")
        expect(_beside(filled, "Alpha")).to_have_count(0)
        filled.visitor.forgive_refusals()
        filled.visitor.expect_calm()

    def test_a_folded_field_is_unfolded_and_focused(self, filled: Guest) -> None:
        page = filled.visitor.page
        page.locator("summary", has_text="Hyperparameters").click()
        page.get_by_label("Learning rate").fill("much")
        page.locator("summary", has_text="Hyperparameters").click()
        filled.visitor.button("Start the job").click()
        expect(page.get_by_label("Learning rate")).to_be_focused()
        expect(_beside(filled, "Learning rate")).to_contain_text("valid number")

    def test_what_names_no_field_is_told_at_the_button(self, guest: Guest) -> None:
        guest.visitor.go("jobs/new", "New job")
        guest.visitor.button("Start the job").click()
        expect(_beside(guest, "Training file")).to_contain_text("Field required")

    def test_nothing_was_started(self, filled: Guest) -> None:
        filled.visitor.page.get_by_label("Virtual tokens").fill("100000")
        filled.visitor.button("Start the job").click()
        expect(_beside(filled, "Virtual tokens")).to_contain_text("512")
        assert filled.client.http.get("/v1/fine_tuning/jobs").json()["data"] == []


class TestUpload:
    def test_a_bad_row_is_told_with_its_line(self, guest: Guest, tmp_path: Path) -> None:
        bad = tmp_path / "bad.jsonl"
        bad.write_text('{"question": "a", "answer": "b"}\n{"question": "a"}\n', "utf-8")
        guest.visitor.go("jobs/new", "New job")
        guest.visitor.page.get_by_label("Upload rows").set_input_files(bad)
        expect(_beside(guest, "Upload rows")).to_contain_text("line 2")
        guest.visitor.forgive_refusals()
        guest.visitor.expect_calm()


class TestEstimate:
    def test_it_follows_the_settings(self, filled: Guest) -> None:
        page = filled.visitor.page
        page.locator("summary", has_text="Hyperparameters").click()
        page.get_by_label("N epochs").fill("3")
        page.get_by_label("Batch size").fill("1")
        expect(page.locator(".aside dl.facts dd").first).to_have_text("12")
        expect(page.locator(".aside .reasons")).to_contain_text("no worker has counted")


class TestTemplate:
    def test_a_jobs_settings_are_taken_over(self, guest: Guest) -> None:
        job = guest.client.create(
            regularizer={"type": "persistence", "h1_power": 3}, num_virtual_tokens=7
        )
        guest.visitor.go(f"jobs/new?from={job['id']}", "New job")
        page = guest.visitor.page
        expect(page.get_by_label("Virtual tokens")).to_have_value("7")
        expect(page.get_by_label("Regulariser")).to_have_value("persistence")
        guest.visitor.button("Start the job").click()
        guest.visitor.page.wait_for_url("**/#/jobs/ftjob-*")
        newest = guest.client.http.get("/v1/fine_tuning/jobs").json()["data"][0]
        assert newest["id"] != job["id"]
        assert newest["method"] == job["method"]
        assert newest["seed"] == job["seed"]
