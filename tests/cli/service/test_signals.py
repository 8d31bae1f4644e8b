"""Any ending signal breaks off the block once; more of them do not disturb the clean-up."""

import os
import signal

import pytest

from cli.service.signals import ENDING, ending_in_order


class TestEndingInOrder:
    @pytest.mark.parametrize("number", ENDING)
    def test_a_signal_breaks_off_the_block(self, number: signal.Signals) -> None:
        with pytest.raises(KeyboardInterrupt), ending_in_order():
            os.kill(os.getpid(), number)
            pytest.fail("the block went on")

    def test_a_second_signal_does_not_disturb_the_clean_up(self) -> None:
        cleaned_up = False
        with pytest.raises(KeyboardInterrupt), ending_in_order():
            try:
                os.kill(os.getpid(), signal.SIGTERM)
            finally:
                os.kill(os.getpid(), signal.SIGINT)
                cleaned_up = True
        assert cleaned_up

    def test_the_handlers_come_back(self) -> None:
        before = [signal.getsignal(number) for number in ENDING]
        with ending_in_order():
            pass
        assert [signal.getsignal(number) for number in ENDING] == before
