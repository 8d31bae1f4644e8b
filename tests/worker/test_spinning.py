"""What a worker's children find in their environment."""

import os

import pytest

from worker.spinning import BRIEF, SPINS, spin_briefly


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (SPINS, "OMP_WAIT_POLICY"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


class TestSpinBriefly:
    def test_children_spin_briefly(self) -> None:
        spin_briefly()
        assert os.environ[SPINS] == str(BRIEF)

    @pytest.mark.parametrize("given", [(SPINS, "7"), ("OMP_WAIT_POLICY", "active")])
    def test_what_the_operator_gives_stays(
        self, given: tuple[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(*given)
        spin_briefly()
        assert os.environ[given[0]] == given[1]
        assert os.environ.get(SPINS) in (None, "7")
