"""BIG-bench tasks become rows that an upload takes, or are refused with the place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.data.bigbench import from_bigbench
from cli.data.jsonl import NotTheShapeError, to_jsonl
from tsloss_core.spec.rows import parse_rows

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text.strip()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
EXAMPLE = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("input", "target", "target_scores"), JSON)
)


def _task(*examples: Any) -> str:
    return json.dumps({"name": "t", "keywords": [], "examples": list(examples)})


class TestConvert:
    def test_scores_become_choices_and_the_best_the_answer(self) -> None:
        scores = {"add to playlist": 0, "book a table": 1, "play music": 0}
        assert from_bigbench(_task({"input": "a table for two", "target_scores": scores})) == [
            {"question": "a table for two", "answer": "book a table", "choices": list(scores)}
        ]

    def test_the_first_of_several_targets_is_the_answer(self) -> None:
        rows = from_bigbench(_task({"input": "7+5", "target": ["12", "twelve"]}))
        assert rows == [{"question": "7+5", "answer": "12"}]

    def test_a_single_target_is_the_answer(self) -> None:
        rows = from_bigbench(_task({"input": "7+5", "target": "12"}))
        assert rows == [{"question": "7+5", "answer": "12"}]

    @given(TEXT, st.dictionaries(TEXT, st.floats(0, 1), min_size=2, max_size=5))
    def test_an_upload_takes_every_converted_row(
        self, question: str, scores: dict[str, float]
    ) -> None:
        data = to_jsonl(from_bigbench(_task({"input": question, "target_scores": scores})))
        (row,) = parse_rows([data])
        assert row.messages[-1].content == question
        assert scores[row.completion] == max(scores.values())


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("{", "not JSON"),
            ("[]", "a list `examples`"),
            ('{"examples": []}', "a list `examples`"),
            (
                _task({"input": "a", "target": "b"}, {"target": "x"}),
                r"examples\[1\] has no `input`",
            ),
            (_task({"input": "a"}), r"examples\[0\] has neither"),
            (_task({"input": "a", "target": []}), r"examples\[0\] has neither"),
            (_task({"input": "a", "target_scores": {"b": 1}}), "two or more choices"),
            (_task({"input": "a", "target_scores": {"b": 1, "c": "x"}}), "not a number"),
            (_task({"input": "a", "target_scores": {"b": 1, "c": float("nan")}}), "not a number"),
        ],
    )
    def test_what_is_no_task_is_refused_with_its_place(self, text: str, reason: str) -> None:
        with pytest.raises(NotTheShapeError, match=reason):
            from_bigbench(text)

    def test_an_empty_input_is_refused_as_an_upload_would(self) -> None:
        with pytest.raises(NotTheShapeError, match="line 1: question"):
            to_jsonl(from_bigbench(_task({"input": " ", "target": "b"})))

    @given(st.lists(EXAMPLE | JSON))
    def test_anything_is_converted_or_refused(self, examples: list[Any]) -> None:
        try:
            data = to_jsonl(from_bigbench(_task(*examples)))
        except NotTheShapeError:
            return
        assert len(list(parse_rows(data.split(b"\n")))) == len(examples)
