"""The whole path, from the key to the tuned prompt, by hand in a browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from safetensors.numpy import load_file

from store.ids import new_id
from tests.browser.visitor import Visitor
from tests.support.running import Running, rows

_MEASURED = re.compile(r"Loss, step 1 to \d+: Training from")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(rows(8))
    return file


def _unfold(page: Page, group: str) -> None:
    page.locator("summary", has_text=group).click()


def _start(visitor: Visitor, data: Path) -> None:
    page = visitor.page
    page.get_by_role("link", name="Start the first job").click()
    visitor.heading("New job")
    page.get_by_label("Upload rows").set_input_files(data)
    expect(page.get_by_label("Training file")).to_contain_text("rows.jsonl · 8 rows")
    page.get_by_label("Name").fill("by-hand")
    page.get_by_label("Validation file").select_option(index=1)
    page.get_by_label("Virtual tokens").fill("4")
    _unfold(page, "Hyperparameters")
    page.get_by_label("N epochs").fill("80")
    page.get_by_label("Batch size").fill("2")
    _unfold(page, "Snapshots")
    page.get_by_label("Every epochs").last.fill("20")
    _unfold(page, "Evaluation")
    page.get_by_label("Max new tokens").fill("4")
    page.get_by_label("Every epochs").first.fill("20")
    expect(page.locator(".aside dl.facts dd").first).to_have_text("320")
    visitor.button("Start the job").click()
    visitor.heading("by-hand")


def _steer(visitor: Visitor) -> None:
    visitor.state("running")
    expect(visitor.page.locator(".chart-room").first).to_have_attribute("aria-label", _MEASURED)
    visitor.button("Pause").click()
    visitor.state("paused")
    expect(visitor.button("Pause")).to_be_hidden()
    visitor.button("Resume").click()
    visitor.state("succeeded")
    expect(visitor.page.locator(".figures dd").first).to_contain_text("%")


def _look_at_the_evolution(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="Evolution").click()
    slider = page.get_by_role("slider", name="Snapshot")
    expect(slider).to_have_value("4")
    diagram, map_ = page.locator(".evolution svg").nth(0), page.locator(".evolution svg").nth(2)
    expect(map_.locator(".token")).to_have_count(4)
    expect(page.locator(".words li")).to_have_count(4)
    before = diagram.inner_html(), map_.inner_html()
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator(".scrubber .said")).to_contain_text("step 0")
    assert diagram.inner_html() != before[0]
    assert map_.inner_html() != before[1]
    assert page.url.endswith("evolution?step=0")
    page.keyboard.press("End")
    assert (diagram.inner_html(), map_.inner_html()) == before


def _download(visitor: Visitor) -> Path:
    visitor.page.get_by_role("link", name="Files", exact=True).last.click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="soft_prompt.safetensors").click()
    return download.value.path()


def test_from_a_key_to_a_tuned_prompt(visitor: Visitor, running: Running, data: Path) -> None:
    visitor.sign_in(running.new_key(new_id("proj")))
    _start(visitor, data)
    _steer(visitor)
    _look_at_the_evolution(visitor)
    assert load_file(_download(visitor))["prompt_embeddings"].shape == (4, 32)
    visitor.expect_calm()
