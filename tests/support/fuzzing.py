"""Schemathesis against a running service: `python -m tests.support.fuzzing --seconds 1800`."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from store.ids import new_id
from store.migrations import upgrade
from tests.support import servers
from tests.support.running import Running

SEED = 7
WITHOUT_END = "/v1/fine_tuning/jobs/{job_id}/events/stream"
"""A stream has no end while its job has none; tests/api/tuning/test_streaming.py reads it."""


def fuzz(running: Running, seconds: int, seed: int = SEED) -> subprocess.CompletedProcess[str]:
    """Run every check over the OpenAPI document of a service for so many seconds."""
    base = f"http://127.0.0.1:{running.port}"
    key = running.new_key(new_id("proj"))
    tool = Path(sys.executable).with_name("schemathesis")
    command = [
        tool, "run", f"{base}/v1/openapi.json", "--header", f"Authorization: Bearer {key}",
        "--checks", "all", "--phases", "examples,coverage,fuzzing", "--seed", str(seed),
        "--max-time", str(seconds), "--request-timeout", "20", "--exclude-path", WITHOUT_END,
        "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=running.folder,
    )


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
        running = Running.prepare(Path(folder), database, redis)
        running.start_api()
        try:
            done = fuzz(running, options.seconds, options.seed)
        finally:
            running.stop()
    sys.stdout.write(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
