"""Sessions of the documents against a running service, as a reader would type them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.running import Client, Running

ROOT = Path(__file__).resolve().parents[2]


def _block(page: str, first: str) -> str:
    """Return the shell block of a page that begins with a line."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    return next(block for block in blocks if block.startswith(first))


def _play(page: str, running: Running, client: Client, folder: Path) -> str:
    """Type a page's session in a folder, on the tiny model; return what it printed."""
    (folder / "data").mkdir()
    (folder / "data" / "api-key").write_text(client.openai.api_key)
    script = _block(page, ".venv/bin/tsloss data generate")
    for written, meant in {
        ".venv/bin/tsloss": f"{sys.executable} -m cli.main",
        "http://127.0.0.1:8000": f"http://127.0.0.1:{running.port}",
        "smollm2-135m-instruct": "tiny",
    }.items():
        assert written in script
        script = script.replace(written, meant)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestCurl:
    def test_the_session_tunes_a_prompt(
        self, running: Running, client: Client, tmp_path: Path
    ) -> None:
        output = _play("README.md", running, client, tmp_path)
        job = json.loads(output.strip().splitlines()[0])
        assert (job["object"], job["model"]) == ("fine_tuning.job", "tiny")
        client.http.post(f"/v1/fine_tuning/jobs/{job['id']}/cancel")

    def test_the_session_compares_two_arms(
        self, running: Running, client: Client, tmp_path: Path
    ) -> None:
        output = _play("docs/experiments.md", running, client, tmp_path)
        experiment, report = map(json.loads, output.strip().splitlines()[-2:])
        client.http.post(f"/v1/experiments/{experiment['id']}/cancel")
        assert (experiment["object"], experiment["jobs"]["planned"]) == ("experiment", 12)
        assert (report["object"], report["id"]) == ("experiment.report", experiment["id"])
        assert "<h1>experiment</h1>" in (tmp_path / "report.html").read_text()
