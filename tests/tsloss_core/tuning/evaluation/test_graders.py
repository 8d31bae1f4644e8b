"""When an answer counts as right."""

import pytest

from tests.support.rendered import row, token_rows
from tsloss_core.tuning import InvalidRowError, choose_grader
from tsloss_core.tuning.evaluation import is_correct, last_number


class TestLastNumber:
    @pytest.mark.parametrize(
        ("text", "number"),
        [("#### 1,200", 1200), ("so 3 + 4 is 7.", 7), ("-2.5", -2.5), ("none", None), ("", None)],
    )
    def test_it_reads_the_last_one(self, text: str, number: float | None) -> None:
        assert last_number(text) == number


class TestIsCorrect:
    def test_numbers_are_compared_as_numbers(self) -> None:
        assert is_correct("numeric", "1,000", "that makes 1000.0")
        assert not is_correct("numeric", "10", "no idea")

    def test_texts_are_compared_without_outer_white_space(self) -> None:
        assert is_correct("exact_match", "yes", " yes\n")
        assert not is_correct("exact_match", "yes", "Yes")


class TestChooseGrader:
    def test_choices_in_every_row_mean_multiple_choice(self) -> None:
        assert choose_grader("auto", token_rows(row("a", "b", ("b", "c")))) == "multiple_choice"

    def test_numbers_in_every_answer_mean_numeric(self) -> None:
        assert choose_grader("auto", token_rows(row("a", "12"), row("b", "x 3"))) == "numeric"

    def test_anything_else_means_exact_match(self) -> None:
        rows = token_rows(row("a", "b", ("b", "c")), row("a", "b"))
        assert choose_grader("auto", rows) == "exact_match"

    def test_a_grader_that_does_not_fit_names_the_line(self) -> None:
        with pytest.raises(InvalidRowError, match="line 2"):
            choose_grader("numeric", token_rows(row("a", "1"), row("a", "b")))
