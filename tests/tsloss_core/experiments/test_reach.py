"""The seeds that a comparison is told to run are the fewest that leave room."""

import pytest

from tsloss_core.experiments import seeds_needed
from tsloss_core.experiments.paired import smallest_sign_flip_p


class TestSeedsNeeded:
    @pytest.mark.parametrize("tests", [1, 2, 8, 16, 26, 100])
    def test_three_pairs_may_say_nothing_and_no_fourth(self, tests: int) -> None:
        needed = seeds_needed(tests)
        assert smallest_sign_flip_p(needed - 3) * tests <= 0.05
        assert smallest_sign_flip_p(needed - 4) * tests > 0.05
