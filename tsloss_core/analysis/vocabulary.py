"""How the words nearest to the virtual tokens change over a run."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

Nearest = Mapping[str, Any]
"""token_id, token and distance, as the tuning worker stores them with a snapshot."""


def vocabulary_evolution(
    steps: Sequence[int], nearest: Sequence[Sequence[Nearest]]
) -> dict[str, Any] | None:
    """Return how the nearest vocabulary tokens of n virtual tokens change over s snapshots.

    `nearest` is one list of n per snapshot. `mean_distance` and `changed` are (s,): the mean
    distance to the nearest word, and the share of virtual tokens whose nearest word is another one
    than at the snapshot before (None at the first). `tokens` has for each virtual token its word
    at the first and the last snapshot with the distances, and how often the word changed.
    None if a snapshot has no nearest tokens stored.
    """
    if not nearest or not all(nearest):
        return None
    ids = [[word["token_id"] for word in words] for words in nearest]
    return {
        "steps": list(steps),
        "mean_distance": [sum(w["distance"] for w in words) / len(words) for words in nearest],
        "changed": [None, *(_share_changed(*pair) for pair in itertools.pairwise(ids))],
        "tokens": [_token(at, nearest) for at in range(len(nearest[0]))],
    }


def _share_changed(before: Sequence[int], after: Sequence[int]) -> float:
    return sum(a != b for a, b in zip(before, after, strict=True)) / len(after)


def _token(at: int, nearest: Sequence[Sequence[Nearest]]) -> dict[str, Any]:
    words = [snapshot[at] for snapshot in nearest]
    ids = [word["token_id"] for word in words]
    return {
        "index": at,
        "first": words[0]["token"],
        "last": words[-1]["token"],
        "first_distance": words[0]["distance"],
        "last_distance": words[-1]["distance"],
        "changes": sum(a != b for a, b in itertools.pairwise(ids)),
    }
