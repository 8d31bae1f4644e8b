"""The logs of a running service: JSON lines with the ids of requests and jobs."""

import json
from typing import Any

from tests.support.polling import wait_for
from tests.support.running import Client, Running


def _lines(running: Running, name: str) -> list[dict[str, Any]]:
    """Return the JSON lines of a log; what libraries print while they start is none."""
    text = (running.folder / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


class TestLogs:
    def test_a_run_is_logged_under_its_job_and_attempt(
        self, running: Running, client: Client
    ) -> None:
        job = client.finish(client.create()["id"])

        def about() -> list[dict[str, Any]]:
            lines = [line for line in _lines(running, "worker.log") if line.get("job") == job["id"]]
            return lines if lines and lines[-1]["message"] == "the run ends" else []

        lines = wait_for(about, "the end of the run in the log")
        assert lines[0]["message"] == "the run begins"
        assert {line["attempt"] for line in lines} == {1}
