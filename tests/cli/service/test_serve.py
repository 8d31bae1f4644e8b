"""`tsloss serve` starts all of the service, keeps its data, and leaves nothing running."""

import json
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from store.settings import Settings
from tests.support.polling import wait_for
from tests.support.serving import Serving, alive, clean_environment, free_port, kill

PARTS = {"api", "worker", "valkey", "postgres"}


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(tmp_path / "data")
    yield serving
    serving.clean_up()


@pytest.fixture(scope="module")
def shared() -> Iterator[Serving]:
    """One that no test ends."""
    with tempfile.TemporaryDirectory(prefix="tsloss-", ignore_cleanup_errors=True) as folder:
        serving = Serving(Path(folder) / "data")
        serving.start()
        yield serving
        serving.clean_up()


def _tsloss(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", *arguments]
    return subprocess.run(
        command, env=clean_environment() | settings, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip


class TestServe:
    def test_it_serves_ends_cleanly_and_serves_the_same_again(self, serving: Serving) -> None:
        serving.start()
        upload = _upload(serving)
        parts = serving.pids()
        assert parts.keys() == PARTS
        assert serving.end(signal.SIGINT) == 0
        assert not [name for name, pid in parts.items() if alive(pid)]
        assert not (serving.folder / "settings.json").exists()
        serving.start()
        assert serving.get(f"/v1/files/{upload}").json()["rows"] == 1
        assert "API key:" not in serving.said()
        assert serving.end(signal.SIGTERM) == 0

    def test_after_a_kill_it_ends_what_was_left_and_serves_the_same(self, serving: Serving) -> None:
        serving.start()
        upload, orphans = _upload(serving), serving.pids()
        serving.end(signal.SIGKILL)
        assert all(alive(pid) for pid in orphans.values())
        serving.start()
        assert not [name for name, pid in orphans.items() if alive(pid)]
        assert serving.get(f"/v1/files/{upload}").json()["rows"] == 1

    def test_a_part_that_dies_ends_it_and_is_named(self, serving: Serving) -> None:
        serving.start()
        parts = serving.pids()
        kill(parts["valkey"])
        assert serving.wait() == 1
        assert "the valkey process ended with status -9" in serving.said()
        wait_for(lambda: not any(map(alive, parts.values())), "the end of the other parts")


class TestFirstKey:
    def test_it_is_printed_and_only_the_owner_reads_it(self, shared: Serving) -> None:
        file = shared.folder / "api-key"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert f"API key: {file.read_text()}" in shared.said()
        assert shared.get("/v1/models").status_code == 200
        assert httpx.get(f"{shared.base_url}/v1/models").status_code == 401


class TestTimeToEnd:
    def test_the_worker_has_longer_than_the_grace_time(self, shared: Serving) -> None:
        worker = json.loads((shared.folder / "worker.pid").read_text())
        assert worker["stop_seconds"] > Settings.model_fields["grace_seconds"].default


class TestRefusals:
    def test_a_second_one_on_the_folder(self, shared: Serving) -> None:
        second = _tsloss("serve", "--data-dir", str(shared.folder), "--port", "1")
        assert second.returncode == 1
        assert "another `tsloss serve` runs on the data folder" in second.stderr
        assert shared.get("/readyz").status_code == 200

    def test_a_port_that_is_taken(self, shared: Serving, tmp_path: Path) -> None:
        second = _tsloss("serve", "--data-dir", str(tmp_path / "b"), "--port", str(shared.port))
        assert second.returncode == 1
        assert f"cannot listen on 127.0.0.1, port {shared.port}" in second.stderr
        assert not (tmp_path / "b" / "postgres").exists()

    def test_a_database_of_ones_own_that_is_away(self, tmp_path: Path) -> None:
        models = tmp_path / "models.json"
        models.write_text("[]")
        away = {
            "TSLOSS_DATABASE_URL": "postgresql+psycopg://127.0.0.1:1/away",
            "TSLOSS_MODELS": str(models),
        }
        port = str(free_port())
        refused = _tsloss("serve", "--data-dir", str(tmp_path / "c"), "--port", port, **away)
        assert refused.returncode == 3
        assert "the database does not answer" in refused.stderr
        assert "Traceback" not in refused.stderr


class TestOtherCommands:
    def test_they_find_the_service_of_the_folder(self, shared: Serving) -> None:
        folder = ["--data-dir", str(shared.folder)]
        key = _tsloss("keys", "create", "ci", "--project", "two", *folder).stdout.strip()
        headers = {"Authorization": f"Bearer {key}"}
        assert httpx.get(f"{shared.base_url}/v1/files", headers=headers).json()["data"] == []
        assert _tsloss("migrate", *folder).returncode == 0
        assert _tsloss("gc", *folder).returncode == 0
        assert stat.S_IMODE((shared.folder / "settings.json").stat().st_mode) == 0o600

    def test_without_one_they_say_what_is_missing(self, tmp_path: Path) -> None:
        refused = _tsloss("keys", "create", "ci", "--data-dir", str(tmp_path))
        assert refused.returncode == 3
        assert "TSLOSS_DATABASE_URL: Field required" in refused.stderr
        assert "Traceback" not in refused.stderr


def _upload(serving: Serving) -> str:
    row = b'{"question": "1+1", "answer": "2"}\n'
    key = (serving.folder / "api-key").read_text().strip()
    answer = httpx.post(
        f"{serving.base_url}/v1/files",
        headers={"Authorization": f"Bearer {key}"},
        files={"file": ("rows.jsonl", row)},
        data={"purpose": "fine-tune"},
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def test_the_help_is_quick_for_it_loads_nothing_heavy() -> None:
    code = (
        "import cli.main, sys\n"
        "print([m for m in ('torch', 'sqlalchemy', 'celery', 'fastapi') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
