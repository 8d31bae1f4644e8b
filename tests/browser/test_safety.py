"""What people write is shown as they wrote it and runs nowhere."""

import json

from playwright.sync_api import expect

from tests.browser.visitor import Guest

ATTACK = "<img src=x onerror=window.caught=1>"


class TestText:
    def test_a_file_name_is_text(self, guest: Guest) -> None:
        guest.client.upload(name=f"{ATTACK}.jsonl")
        guest.visitor.go("files", "Files")
        expect(guest.visitor.page.locator("tbody tr a").first).to_have_text(f"{ATTACK}.jsonl")
        guest.visitor.go("jobs/new", "New job")
        expect(guest.visitor.page.get_by_label("Training file")).to_contain_text(ATTACK)
        assert guest.visitor.page.evaluate("window.caught") is None
        guest.visitor.expect_calm()

    def test_metadata_is_text(self, guest: Guest) -> None:
        body = {"model": "tiny", "training_file": guest.client.upload()}
        job = guest.client.http.post(
            "/v1/fine_tuning/jobs", json={**body, "metadata": {"team": ATTACK}}
        ).json()
        guest.visitor.go(f"jobs/{job['id']}/configuration")
        expect(guest.visitor.page.locator("main")).to_contain_text(ATTACK)
        assert guest.visitor.page.evaluate("window.caught") is None
        assert json.dumps(job["metadata"])


class TestPolicy:
    def test_an_inline_script_does_not_run(self, guest: Guest) -> None:
        guest.visitor.page.evaluate(
            "() => { const s = document.createElement('script'); s.textContent = 'window.caught=1';"
            " document.body.append(s) }"
        )
        assert guest.visitor.page.evaluate("window.caught") is None
        assert any("Content Security Policy" in each for each in guest.visitor.complaints)

    def test_another_page_cannot_frame_it(self, guest: Guest) -> None:
        page = guest.visitor.page.context.new_page()
        page.set_content(f'<iframe src="{guest.visitor.base}/"></iframe>')
        frame = page.frames[-1]
        assert frame.locator("main").count() == 0
