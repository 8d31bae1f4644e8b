"""GSM8K's lines become rows with a numeric answer, or are refused with the line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.data.gsm8k import from_gsm8k
from cli.data.jsonl import NotTheShapeError, to_jsonl
from tsloss_core.spec.rows import parse_rows

SOLUTION = "She sells 48/2 = <<48/2=24>>24 clips.\nIn all 1,024.\n#### 1,024"


def _line(question: object, answer: object) -> str:
    return json.dumps({"question": question, "answer": answer}, ensure_ascii=False) + "\n"


class TestConvert:
    def test_the_number_after_the_mark_is_the_answer(self) -> None:
        assert from_gsm8k(_line("How many?", SOLUTION)) == [
            {"question": "How many?", "answer": "1024"}
        ]

    def test_reasoning_keeps_the_solution_without_calculator_notes(self) -> None:
        (row,) = from_gsm8k(_line("How many?", SOLUTION), reasoning=True)
        assert row["answer"] == "She sells 48/2 = 24 clips.\nIn all 1,024.\n#### 1,024"

    def test_blank_lines_are_passed_over(self) -> None:
        assert len(from_gsm8k("\n" + _line("a", "#### 1") + "\n\r\n" + _line("b", "#### 2"))) == 2

    @given(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda t: t.strip()),
        st.integers(-(10**9), 10**9),
    )
    def test_any_question_and_number_come_through(self, question: str, number: int) -> None:
        data = to_jsonl(from_gsm8k(_line(question, f"so it is\n#### {number:,}")))
        (row,) = parse_rows([data])
        assert (row.messages[-1].content, int(row.completion)) == (question, number)


class TestRefusals:
    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("{", "line 2: not JSON"),
            ("[]", "line 2: no text `answer`"),
            (_line("a", 5), "line 2: no text `answer`"),
            (_line(5, "#### 5"), "line 2: no text `question`"),
            (_line("a", "five"), "line 2: the answer does not end in"),
            (_line("a", "#### five"), "line 2: the answer does not end in"),
        ],
    )
    def test_a_line_of_another_shape_is_named(self, line: str, reason: str) -> None:
        with pytest.raises(NotTheShapeError, match=reason):
            from_gsm8k(_line("a", "#### 1") + line)

    @given(st.text())
    def test_any_text_is_converted_or_refused(self, text: str) -> None:
        try:
            from_gsm8k(text)
        except NotTheShapeError as error:
            assert str(error).startswith("line ")
