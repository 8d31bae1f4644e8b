"""Which graphics cards a worker's child may see: the cards of the machine, dealt to the children.

A child that sees several spreads its model over them; a model that one card holds wants as many
children as there are cards.
"""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from billiard import current_process

CARDS = "CUDA_VISIBLE_DEVICES"
CHILDREN = "TSLOSS_WORKER_CHILDREN"

log = logging.getLogger(__name__)


def announce_children(count: int) -> None:
    """In the parent: leave word for the children how many of them there are."""
    os.environ[CHILDREN] = str(count)


def take_share() -> None:
    """In a child: see this child's share alone. To be called before torch is imported."""
    children, cards = int(os.environ.get(CHILDREN, "1")), _cards()
    if children > 1 and cards:
        child = current_process().index
        os.environ[CARDS] = ",".join(share(cards, child, children))
        log.info("child %d of %d sees the cards %s", child, children, os.environ[CARDS])


def share(cards: Sequence[str], child: int, children: int) -> list[str]:
    """Return the cards of child number `child`, from 0; too few cards are shared."""
    return list(cards[child::children]) or [cards[child % len(cards)]]


def _cards() -> list[str]:
    given = os.environ.get(CARDS)
    if given is not None:
        return [card for card in given.split(",") if card]
    return sorted(path.name.removeprefix("nvidia") for path in Path("/dev").glob("nvidia[0-9]*"))
