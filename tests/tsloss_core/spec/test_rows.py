"""A data row in three shapes, and everything that is none."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsloss_core.spec import Row, RowError, parse_row, parse_rows

USER = {"role": "user", "content": "2 + 2?"}
ASSISTANT = {"role": "assistant", "content": "4"}


class TestParseRow:
    @pytest.mark.parametrize(
        "row",
        [
            {"messages": [USER, ASSISTANT]},
            {"prompt": "2 + 2?", "completion": "4"},
            {"question": "2 + 2?", "answer": "4"},
        ],
    )
    def test_the_three_shapes_say_the_same(self, row: dict[str, Any]) -> None:
        parsed = parse_row(json.dumps(row), 1)
        assert (parsed.messages[-1].content, parsed.completion) == ("2 + 2?", "4")
        assert parsed.choices is None

    def test_choices_hold_the_answer(self) -> None:
        row = parse_row('{"question": "2 + 2?", "answer": "4", "choices": ["3", "4"]}', 1)
        assert row.choices == ("3", "4")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("{", "not JSON"),
            ("", "not JSON"),
            ("[]", "must be a JSON object"),
            ("{}", "a row needs"),
            ('{"prompt": "a"}', "completion"),
            ('{"prompt": "a", "completion": ""}', "completion"),
            ('{"prompt": "a", "completion": "  "}', "completion"),
            ('{"prompt": "a", "completion": "b", "weight": 1}', "weight"),
            ('{"prompt": NaN, "completion": "b"}', "NaN"),
            ('{"prompt": "a", "completion": 4}', "completion"),
            ('{"messages": []}', "messages"),
            ('{"messages": [{"role": "user", "content": "a"}]}', "messages"),
            ('{"question": "a", "answer": "b", "choices": ["c", "d"]}', "one of the choices"),
            ('{"question": "a", "answer": "b", "choices": ["b"]}', "choices"),
        ],
    )
    def test_anything_else_names_the_line_and_the_field(self, text: str, message: str) -> None:
        with pytest.raises(RowError, match=message) as caught:
            parse_row(text, 7)
        assert caught.value.line == 7
        assert str(caught.value).startswith("line 7: ")

    def test_the_last_message_must_be_the_assistants(self) -> None:
        row = {"messages": [USER, ASSISTANT, USER]}
        with pytest.raises(RowError, match="assistant"):
            parse_row(json.dumps(row), 1)

    def test_the_answer_must_follow_the_user(self) -> None:
        row = {"messages": [USER, ASSISTANT, ASSISTANT]}
        with pytest.raises(RowError, match="user"):
            parse_row(json.dumps(row), 1)

    def test_deep_nesting_is_a_row_error(self) -> None:
        with pytest.raises(RowError):
            parse_row("[" * 100_000, 1)

    @given(st.text())
    def test_any_text_gives_a_row_or_a_row_error(self, text: str) -> None:
        try:
            assert isinstance(parse_row(text, 1), Row)
        except RowError as error:
            assert error.line == 1

    @given(st.text(min_size=1).filter(str.strip), st.text(min_size=1).filter(str.strip))
    def test_texts_come_through_unchanged(self, prompt: str, completion: str) -> None:
        text = json.dumps({"prompt": prompt, "completion": completion})
        row = parse_row(text, 1)
        assert (row.messages[0].content, row.completion) == (prompt, completion)


class TestFiles:
    LINE = b'{"question": "2 + 2?", "answer": "4"}'

    @pytest.mark.parametrize(
        "data",
        [
            LINE + b"\n" + LINE,
            LINE + b"\n" + LINE + b"\n",
            LINE + b"\r\n" + LINE + b"\r\n",
            b"\xef\xbb\xbf" + LINE + b"\n" + LINE + b"\n\n \n",
        ],
    )
    def test_marks_and_endings_and_a_blank_end_are_fine(self, data: bytes) -> None:
        assert len(list(parse_rows(data.split(b"\n")))) == 2

    @pytest.mark.parametrize(
        ("data", "line"),
        [
            (LINE + b"\n\n" + LINE, 2),
            (LINE + b"\n\xef\xbb\xbf" + LINE, 2),
            (LINE + b"\n" + LINE + b"\n\xff", 3),
            (b"\n" + LINE, 1),
        ],
    )
    def test_the_first_line_that_is_no_row_is_named(self, data: bytes, line: int) -> None:
        with pytest.raises(RowError) as raised:
            list(parse_rows(data.split(b"\n")))
        assert raised.value.line == line
