"""A child is watched, ended in order or by force, and found again by its next owner."""

import json
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from cli.errors import ServiceFailedError
from cli.processes import Child
from tests.support.polling import wait_for

SLEEP = [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(inner.pid, flush=True)\n"
    "time.sleep(600)",
]

IGNORING = (
    "import subprocess, time\n"
    "inner = subprocess.Popen(['sleep', '600'])\n"
    "print(inner.pid, flush=True)\n"
    "time.sleep(600)"
)


def _pid(child: Child) -> int:
    return int(json.loads(child.log.with_suffix(".pid").read_text())["pid"])


def _said(child: Child) -> str:
    return wait_for(child.log.read_text, f"a word of {child.name}").strip()


class TestCheck:
    def test_a_running_child_is_fine(self, tmp_path: Path) -> None:
        child = Child("sleeper", tmp_path)
        child.start(SLEEP, os.environ)
        child.check()
        child.stop()

    def test_an_ended_child_is_told_with_status_and_log(self, tmp_path: Path) -> None:
        child = Child("failing", tmp_path)
        child.start([sys.executable, "-c", "print('no disk'); raise SystemExit(3)"], os.environ)

        def ended() -> str | None:
            try:
                child.check()
            except ServiceFailedError as error:
                return str(error)
            return None

        message = wait_for(ended, "the end of the child")
        assert "failing process ended with status 3" in message
        assert "no disk" in message


class TestWaitUntilUp:
    def test_it_returns_when_the_child_answers(self, tmp_path: Path) -> None:
        child = Child("sleeper", tmp_path)
        child.start(SLEEP, os.environ)
        child.wait_until_up(lambda: child.log.read_text() == "up\n", seconds=60)
        child.stop()

    def test_one_that_does_not_answer_is_told_with_its_log(self, tmp_path: Path) -> None:
        child = Child("sleeper", tmp_path)
        child.start(SLEEP, os.environ)
        with pytest.raises(ServiceFailedError, match=r"did not start in time; see .*sleeper\.log"):
            child.wait_until_up(lambda: False, seconds=0.1)
        child.stop()

    def test_one_that_ends_is_not_waited_for(self, tmp_path: Path) -> None:
        child = Child("failing", tmp_path)
        child.start([sys.executable, "-c", "raise SystemExit(3)"], os.environ)
        with pytest.raises(ServiceFailedError, match="ended with status 3"):
            child.wait_until_up(lambda: False, seconds=60)


class TestStop:
    def test_a_child_that_listens_ends_at_once(self, tmp_path: Path) -> None:
        child = Child("sleeper", tmp_path)
        child.start(SLEEP, os.environ)
        pid = _pid(child)
        child.stop()
        assert not psutil.pid_exists(pid)
        assert [path.name for path in tmp_path.iterdir()] == ["sleeper.log"]

    def test_a_deaf_child_is_killed_with_its_children(self, tmp_path: Path) -> None:
        child = Child("deaf", tmp_path, stop_seconds=0.2)
        child.start(DEAF, os.environ)
        inner = int(_said(child))
        child.stop()
        wait_for(lambda: not _alive(inner), "the end of the grandchild")

    def test_the_log_is_the_owners_alone(self, tmp_path: Path) -> None:
        child = Child("writer", tmp_path)
        child.start([*SLEEP[:2], f"open({str(tmp_path / 'made')!r}, 'w'); {SLEEP[2]}"], os.environ)
        _said(child)
        child.stop()
        assert (tmp_path / "made").stat().st_mode & 0o077 == 0


class TestEndLeftOver:
    def test_a_child_left_running_is_ended(self, tmp_path: Path) -> None:
        abandoned = Child("sleeper", tmp_path)
        abandoned.start(SLEEP, os.environ)
        pid = _pid(abandoned)
        Child("sleeper", tmp_path).end_left_over()
        assert not _alive(pid)

    @pytest.mark.timeout(20)
    def test_a_deaf_one_is_waited_for_as_long_as_its_owner_would(self, tmp_path: Path) -> None:
        abandoned = Child("deaf", tmp_path, stop_seconds=0.2)
        abandoned.start(DEAF, os.environ)
        _said(abandoned)
        pid = _pid(abandoned)
        Child("deaf", tmp_path).end_left_over()
        assert not _alive(pid)

    @pytest.mark.timeout(20)
    def test_a_dead_one_that_its_parent_ignores_is_not_waited_for(self, tmp_path: Path) -> None:
        parent = Child("parent", tmp_path)
        parent.start([sys.executable, "-c", IGNORING], os.environ)
        pid = int(_said(parent))
        created = psutil.Process(pid).create_time()
        identity = {"pid": pid, "created": created, "stop_seconds": 60}
        (tmp_path / "mine.pid").write_text(json.dumps(identity))
        Child("mine", tmp_path).end_left_over()
        assert psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        parent.stop()

    def test_a_stranger_with_the_same_pid_is_left_alone(self, tmp_path: Path) -> None:
        stranger = Child("stranger", tmp_path / "a")
        stranger.start(SLEEP, os.environ)
        identity = {"pid": _pid(stranger), "created": 1.0, "stop_seconds": 60}
        (tmp_path / "mine.pid").write_text(json.dumps(identity))
        Child("mine", tmp_path).end_left_over()
        assert _alive(identity["pid"])
        stranger.stop()

    @pytest.mark.parametrize("text", ["", "{}", "12", "nonsense"])
    def test_a_torn_pid_file_is_no_obstacle(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "mine.pid").write_text(text)
        Child("mine", tmp_path).end_left_over()

    def test_without_a_pid_file_there_is_nothing_to_do(self, tmp_path: Path) -> None:
        Child("mine", tmp_path).end_left_over()


def _alive(pid: float) -> bool:
    try:
        os.kill(int(pid), 0)
        return psutil.Process(int(pid)).status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False


def test_ctrl_c_does_not_reach_a_child(tmp_path: Path) -> None:
    child = Child("sleeper", tmp_path)
    child.start(SLEEP, os.environ)
    assert os.getpgid(_pid(child)) != os.getpgid(0)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    child.stop()
