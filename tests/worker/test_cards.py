"""No two children see the same card while there are enough."""

import pytest

from worker.cards import share


class TestShare:
    @pytest.mark.parametrize(("cards", "children"), [(4, 4), (8, 2), (5, 3), (1, 1)])
    def test_each_card_has_one_child(self, cards: int, children: int) -> None:
        names = [str(card) for card in range(cards)]
        dealt = [card for child in range(children) for card in share(names, child, children)]
        assert sorted(dealt) == names

    def test_too_few_cards_are_shared(self) -> None:
        assert [share(["0", "1"], child, 3) for child in range(3)] == [["0"], ["1"], ["0"]]
