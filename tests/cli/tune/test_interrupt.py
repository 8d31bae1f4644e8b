"""The first signal asks, the second one ends."""

import os
import signal

import pytest

from cli.tune.interrupt import Interrupt


class TestInterrupt:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_the_first_asks_and_the_second_ends(self, number: signal.Signals) -> None:
        before = signal.getsignal(number)
        with Interrupt() as interrupt:
            assert interrupt.reason() is None
            os.kill(os.getpid(), number)
            assert interrupt.reason() == "interrupted"
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), number)
        assert signal.getsignal(number) is before
