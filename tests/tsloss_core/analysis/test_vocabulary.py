"""How the nearest words change."""

from tsloss_core.analysis import vocabulary_evolution


def _words(*ids: int) -> list[dict[str, object]]:
    return [{"token_id": i, "token": f"t{i}", "distance": float(i)} for i in ids]


class TestVocabularyEvolution:
    def test_changes_are_counted_per_snapshot_and_per_token(self) -> None:
        found = vocabulary_evolution([0, 5, 9], [_words(1, 2), _words(1, 3), _words(4, 2)])
        assert found is not None
        assert found["changed"] == [None, 0.5, 1.0]
        assert found["mean_distance"] == [1.5, 2.0, 3.0]
        assert found["tokens"][1] == {
            "index": 1, "first": "t2", "last": "t2", "first_distance": 2.0, "last_distance": 2.0,
            "changes": 2,
        }  # fmt: skip

    def test_snapshots_without_words_have_none(self) -> None:
        assert vocabulary_evolution([0, 1], [_words(1), []]) is None
        assert vocabulary_evolution([], []) is None
