"""What is said of several runs, above all what keeps them from being compared."""

from tests.tsloss_core.analysis.runs import LOSS, run_of, runs_of
from tsloss_core.analysis import RunRelations, across_words, relate_across_runs


def _told(runs: list[RunRelations]) -> str:
    return " ".join(across_words(relate_across_runs(runs), runs))


class TestAcrossWords:
    def test_one_run_cannot_tell(self) -> None:
        assert "One run cannot tell" in _told(runs_of(0.5))

    def test_two_runs_are_too_few(self) -> None:
        assert "2 runs with the same performance: it takes three" in _told(runs_of(0.5, 0.6))

    def test_independent_runs_of_one_setting_need_no_warning(self) -> None:
        told = _told(runs_of(0.5, 0.6, 0.55))
        assert "are shown to hold: number of H1 bars" in told
        assert not any(word in told for word in ("Left out", "share the seed", "differ"))

    def test_what_is_not_shown_is_not_denied(self) -> None:
        told = _told(runs_of(0.95, 0.6, 0.5))
        assert "are shown to hold: none" in told
        assert "It is not shown to hold." in told

    def test_runs_of_which_the_step_leaves_nothing_are_not_called_too_few(self) -> None:
        told = _told([run_of(None, seed) for seed in range(3)])
        assert "no measure has a partial correlation given the step in three of them" in told
        assert "it takes three" not in told

    def test_runs_left_out_are_named_with_their_metric(self) -> None:
        told = _told([*runs_of(0.5, 0.6, 0.55), run_of(-0.5, 8, LOSS), run_of(None, 9, None)])
        assert "Over 3 runs" in told
        assert "run-8 (training loss), run-9 (no performance measured), as most" in told

    def test_no_run_has_a_performance(self) -> None:
        told = _told([run_of(None, seed, None) for seed in (1, 2)])
        assert "0 runs with the same performance" in told

    def test_runs_of_one_seed_are_named(self) -> None:
        told = _told([*runs_of(0.5, 0.6, 0.55), run_of(0.5, 2)])
        assert "run-2, run-2 share the seed 2" in told

    def test_runs_of_other_regularisers_are_told_apart(self) -> None:
        told = _told([*runs_of(0.5, 0.6, 0.55), run_of(0.5, 3, regularizer="none")])
        assert "The runs differ in their regulariser," in told
        assert "model" not in told

    def test_a_missing_null_is_said(self) -> None:
        assert "so this control is missing" in _told(runs_of(0.5, 0.6, 0.55))
        mixed = [*runs_of(0.5, 0.6), run_of(0.5, 2, null=0.1)]
        assert "which 1 of 3 runs have" in _told(mixed)
        whole = [run_of(0.5 + seed / 9, seed, null=0.1) for seed in range(3)]
        assert "missing" not in _told(whole)

    def test_runs_that_do_not_differ_are_said_to_be_untested(self) -> None:
        told = _told(runs_of(0.5, 0.5, 0.5))
        assert "are shown to hold: none (1 cannot be tested)" in told
        assert "(the same in every run, so that no test is possible)" in told
        assert "Whether it holds is not known." in told
