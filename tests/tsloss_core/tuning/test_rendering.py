"""Rows become token lists once, split where a suffix prompt stands."""

import pytest

from tests.support.rendered import CLOCK, row
from tests.support.tiny_models import tiny_tokenizer
from tsloss_core.prompts import SENTINEL
from tsloss_core.tuning import InvalidRowError, render_rows


def _render(*rows: object, template: str | None = None, max_tokens: int = 100, chat: bool = True):
    tokenizer = tiny_tokenizer(chat)
    if template is not None:
        tokenizer.chat_template = template
    return render_rows(tokenizer, rows, clock=CLOCK, max_tokens=max_tokens), tokenizer


class TestRenderRows:
    def test_both_sides_of_the_prompt_make_the_whole(self) -> None:
        (rendered,), tokenizer = _render(row("2+2=", "4"))
        assert tokenizer.convert_ids_to_tokens(rendered.context) == ["<user>", *"2+2="]
        assert tokenizer.convert_ids_to_tokens(rendered.rest) == ["</s>", "<assistant>"]
        assert tokenizer.convert_ids_to_tokens(rendered.completion) == ["4", "</s>"]

    def test_without_a_template_a_newline_follows_the_prompt(self) -> None:
        (rendered,), tokenizer = _render(row("2+2=", "4"), chat=False)
        assert tokenizer.convert_ids_to_tokens(rendered.context)[-4:] == list("2+2=")
        assert tokenizer.convert_ids_to_tokens(rendered.rest) == ["\n"]

    def test_every_choice_is_tokenised(self) -> None:
        (rendered,), _ = _render(row("a", "b", ("b", "cc")))
        assert [len(choice) for choice in rendered.choices or ()] == [2, 3]

    def test_a_row_over_the_limit_names_line_and_limit(self) -> None:
        with pytest.raises(
            InvalidRowError, match=r"line 2: \d+ tokens, over the limit of 12"
        ) as caught:
            _render(row("a", "b"), row("a" * 20, "b"), max_tokens=12)
        assert (caught.value.line, caught.value.code) == (2, "invalid_data")

    @pytest.mark.parametrize(
        "template",
        [
            "{% for m in messages %}{{ m['content'] }}{{ m['content'] }}{% endfor %}",
            "nothing of it",
            "{% for m in messages %}{{ m['content'] | upper }}{% endfor %}",
            "{% for m in messages %}{{ m['content'][:2] }}{% endfor %}",
            "{% for m in messages %}{{ m['content'] | reverse }}{% endfor %}",
        ],
    )
    def test_a_template_that_moves_the_message_is_refused(self, template: str) -> None:
        with pytest.raises(InvalidRowError, match="chat template"):
            _render(row("ab cd", "b"), template=template)

    def test_a_text_with_the_marker_is_refused(self) -> None:
        with pytest.raises(InvalidRowError, match="marker"):
            _render(row(f"a{SENTINEL}", "b"))

    def test_a_clock_in_the_template_is_the_given_time(self) -> None:
        template = "{{ strftime_now('%Y') }}{% for m in messages %}{{ m['content'] }}{% endfor %}."
        (rendered,), tokenizer = _render(row("a", "b"), template=template)
        assert tokenizer.convert_ids_to_tokens(rendered.context) == [*"2026", "a"]
