"""Schemathesis against a running service: `python -m tests.support.fuzzing --seconds 1800`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from store.ids import new_id
from store.migrations import upgrade
from tests.support import servers
from tests.support.running import Client, Running

ROOT = Path(__file__).resolve().parents[2]
SEED = 7
WITHOUT_END = "/v1/fine_tuning/jobs/{job_id}/events/stream"
"""A stream has no end while its job has none; tests/api/tuning/test_streaming.py reads it."""

EXPERIMENTS = """
[[operations]]
include-name = "POST /v1/experiments"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422, 429]
"""
"""What an experiment may be is not all in its schema: arms that comparisons name, names that stand
once, a preset's source. A body that breaks such a rule is well formed and refused with a 422."""

PHASES = "examples,coverage,fuzzing,stateful"
CHANCE = 0.5
"""Of an id in a path being one that exists."""


def fuzz(running: Running, seconds: int, seed: int = SEED) -> subprocess.CompletedProcess[str]:
    """Run every check over the OpenAPI document of a service for so many seconds.

    No worker may run: it would send messages to the webhooks that are made up.
    """
    project = new_id("proj")
    client = Client.of(running, project)
    ids = leave_something(running, client)
    (running.folder / "openapi.json").write_text(client.http.get("/v1/openapi.json").text)
    keys = {"owner": running.new_key(project), "stranger": running.new_key(new_id("proj"))}
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", _configure(running, ids, keys),
        "run", "openapi.json", "--url", running.base_url,
        "--checks", "all", "--phases", PHASES, "--seed", seed, "--max-time", seconds,
        "--request-timeout", 20, "--exclude-path", WITHOUT_END, "--continue-on-failure",
        "--warnings", "off", "--no-color",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SCHEMATHESIS_HOOKS": "tests.support.fuzz_hooks",
        "TSLOSS_FUZZ_IDS": json.dumps(ids),
    }
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True, text=True, check=False, cwd=running.folder, env=environment,
    )  # fmt: skip


def leave_something(running: Running, client: Client) -> dict[str, str]:
    """Let a worker finish a job, and return the id of something of each kind by its parameter."""
    worker = running.start_worker()
    job = client.finish(client.create()["id"])
    client.finish(job["analysis"])
    worker.terminate()
    worker.wait(30)
    diagram = client.http.get(f"/v1/analyses/{job['analysis']}/diagrams").json()["data"][0]
    hook = client.http.post("/v1/webhooks", json={"url": "https://example.com"}).json()
    cloud = {"file": ("a.csv", b"0,0\n1,0\n")}
    made = client.http.post("/v1/files", data={"purpose": "point-cloud"}, files=cloud).json()
    return {
        "file_id": job["training_file"],
        "cloud_id": made["id"],
        "job_id": job["id"],
        "model_id": job["fine_tuned_model"],
        "analysis_id": job["analysis"],
        "diagram_id": diagram["id"],
        "webhook_id": hook["id"],
        "name": "barcode",
    }


def _configure(running: Running, ids: dict[str, str], keys: dict[str, str]) -> Path:
    """Write who asks, with which ids; return the configuration's path."""
    users = [
        {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {key}"}]}
        for name, key in keys.items()
    ]
    (running.folder / "users.json").write_text(json.dumps({"auth": users}))
    lines = ["[auth.wfc]", 'path = "users.json"', 'user = "owner"', 'peers = ["owner", "stranger"]']
    lines += [f"[dictionaries.{name}]\nvalues = [{_toml(value)}]" for name, value in ids.items()]
    lines += ["[parameters]"]
    lines += [
        f'"path.{name}" = {{ dictionary = "{name}", probability = {CHANCE} }}' for name in ids
    ]
    lines += [EXPERIMENTS]
    path = running.folder / "schemathesis.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def _toml(value: Any) -> str:
    return json.dumps(value)


def main() -> int:
    """Start a service, fuzz it, print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=1800)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    with (
        servers.postgres() as database,
        servers.redis() as redis,
        tempfile.TemporaryDirectory() as folder,
    ):
        upgrade(database)
        with Running.prepare(Path(folder), database, redis).started(workers=0) as running:
            done = fuzz(running, options.seconds, options.seed)
    sys.stdout.write(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
