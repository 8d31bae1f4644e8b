"""Any request gets the answer that the OpenAPI document promises, and never a 5xx."""

from tests.support.fuzzing import fuzz
from tests.support.running import Running


def test_a_minute_of_schemathesis_finds_nothing(running: Running) -> None:
    done = fuzz(running, seconds=60)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
