"""Makes the pictures of the documents: `make pictures`. Takes a real model and some minutes."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from cli.data.intents import generate_intents
from store.migrations import upgrade
from tests.browser.chromium import chromium, chromium_path
from tests.browser.visitor import PHONE, Visitor
from tests.support import servers
from tests.support.running import Client, Running
from tsloss_core.models import bundled_model

IMAGES = Path("docs/images")
MODELS = Path("build/models")
MODEL = "smollm2-135m-instruct"
SPEC: dict[str, Any] = {
    "hyperparameters": {"n_epochs": 6, "batch_size": 8},
    "snapshots": {"every_steps": 4},
}


def main() -> int:
    """Start a service, tune two prompts, and look at them."""
    path = chromium_path()
    if path is None:
        sys.stderr.write("There is no Chromium here.\n")
        return 1
    with (
        servers.postgres() as database,
        servers.redis() as redis,
        tempfile.TemporaryDirectory() as folder,
        chromium(path) as browser,
    ):
        upgrade(database)
        with _prepare(Path(folder), database, redis).started() as running:
            _picture_all(browser, running)
    return 0


def _prepare(folder: Path, database: str, redis: str) -> Running:
    running = Running.prepare(folder, database, redis)
    entry = {"id": MODEL, "path": str(bundled_model(MODELS).resolve()), "queue": "cpu"}
    (folder / "models.json").write_text(json.dumps([entry]), "utf-8")
    running.settings |= {"TSLOSS_CONTEXT_CACHE_BYTES": str(1 << 30), "TSLOSS_LEASE_SECONDS": "60"}
    return running


def _picture_all(browser: Browser, running: Running) -> None:
    key = running.new_key("demo")
    client = Client.at(running, key)
    job = _tune(client)
    desk = Visitor.arrive(browser, running, viewport={"width": 1200, "height": 860})
    phone = Visitor.arrive(browser, running, viewport=PHONE, color_scheme="dark")
    for visitor in (desk, phone):
        visitor.sign_in(key)
    _picture(desk, f"jobs/{job}", ".chart-room canvas", "dashboard-job")
    _picture(desk, f"jobs/{job}/evolution", ".evolution .token", "dashboard-evolution")
    _picture(phone, f"jobs/{job}", ".chart-room canvas", "dashboard-phone")


def _tune(client: Client) -> str:
    """Tune on generated rows, graded on rows of other phrases; return the job's id."""
    training, held_out = (
        client.upload(_rows(held_out), name)
        for held_out, name in ((False, "intents.jsonl"), (True, "intents-held-out.jsonl"))
    )
    body = {
        "model": MODEL, "training_file": training, "validation_file": held_out, "seed": 7,
        "suffix": "intents", "method": {"type": "soft_prompt", "soft_prompt": SPEC},
    }  # fmt: skip
    job = client.http.post("/v1/fine_tuning/jobs", json=body).json()
    done = client.finish(job["id"], 1800)
    assert done["status"] == "succeeded", done["error"]
    client.finish(done["analysis"], 300)
    return str(job["id"])


def _rows(held_out: bool) -> bytes:
    rows = generate_intents(40 if held_out else 96, 0, held_out)
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _picture(visitor: Visitor, place: str, shown: str, name: str) -> None:
    visitor.go(place)
    expect(visitor.page.locator(shown).first).to_be_visible()
    visitor.page.evaluate("document.fonts.ready")
    IMAGES.mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    sys.exit(main())
