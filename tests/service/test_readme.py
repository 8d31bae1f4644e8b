"""The README's commands against a running service, as a reader would type them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.running import Client, Running

README = Path(__file__).resolve().parents[2] / "README.md"


def _block(first: str) -> str:
    """Return the shell block of the README that begins with a line."""
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    return next(block for block in blocks if block.startswith(first))


class TestCurl:
    def test_the_session_tunes_a_prompt(
        self, running: Running, client: Client, tmp_path: Path
    ) -> None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "api-key").write_text(client.openai.api_key)
        script = _block(".venv/bin/tsloss data generate")
        for written, meant in {
            ".venv/bin/tsloss": f"{sys.executable} -m cli.main",
            "http://127.0.0.1:8000": f"http://127.0.0.1:{running.port}",
            "smollm2-135m-instruct": "tiny",
        }.items():
            assert written in script
            script = script.replace(written, meant)
        environment = {**os.environ, "PYTHONPATH": str(README.parent)}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told, job, topology, *stream = done.stdout.strip().splitlines()
        assert told == "rows.jsonl: 160 rows"
        job = json.loads(job)
        assert (job["object"], job["model"]) == ("fine_tuning.job", "tiny")
        assert json.loads(topology)["object"] == "list"
        assert stream[:2] == ["id: 1", "event: event"]
        client.http.post(f"/v1/fine_tuning/jobs/{job['id']}/cancel")
