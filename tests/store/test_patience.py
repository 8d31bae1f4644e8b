"""What fails for a while is tried again for so long and no longer."""

import pytest

from store.patience import persist


class Failing:
    """Fails so many times, then answers."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.told: list[str] = []

    def act(self) -> str:
        if self.times == 0:
            return "done"
        self.times -= 1
        raise OSError(f"{self.times} left")

    def tell(self, error: OSError) -> None:
        self.told.append(str(error))


class TestPersist:
    def test_it_goes_on_until_it_succeeds(self) -> None:
        failing = Failing(2)
        assert persist(failing.act, OSError, 60, failing.tell) == "done"
        assert failing.told == ["1 left", "0 left"]

    def test_when_patience_is_over_the_last_failure_is_raised(self) -> None:
        failing = Failing(1)
        with pytest.raises(OSError, match="0 left"):
            persist(failing.act, OSError, -1, failing.tell)
        assert failing.told == []

    def test_another_failure_is_not_tried_again(self) -> None:
        failing = Failing(1)
        with pytest.raises(OSError, match="0 left"):
            persist(failing.act, ConnectionError, 60, failing.tell)

    def test_who_is_told_may_end_it(self) -> None:
        def stop(_: OSError) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            persist(Failing(1).act, OSError, 60, stop)
