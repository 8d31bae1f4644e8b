"""The seeds that a comparison is told to run are the fewest that leave room."""

import pytest

from tsloss_core.experiments import fewest_seeds, seeds_needed
from tsloss_core.experiments.paired import smallest_sign_flip_p


@pytest.mark.parametrize("tests", [1, 2, 8, 16, 26, 100, 20_000])
class TestFewestSeeds:
    def test_so_many_pairs_can_be_significant_and_one_less_cannot(self, tests: int) -> None:
        fewest = fewest_seeds(tests)
        assert smallest_sign_flip_p(fewest) * tests <= 0.05
        assert smallest_sign_flip_p(fewest - 1) * tests > 0.05

    def test_three_more_are_told_to_run(self, tests: int) -> None:
        assert seeds_needed(tests) == fewest_seeds(tests) + 3
