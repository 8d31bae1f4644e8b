"""Going on with the experiment of an earlier command."""

import pytest

from cli.experiments import continuing
from tests.cli.experiments.scripts import NONE_LEFT, experiment
from tests.support.scripted_service import Answer, Script, refusal, scripted_service
from tsloss_client import Client, Experiment, RefusedError

FOUND = Experiment.model_validate(experiment()[2])


def _go_on(*answers: Answer, seeds: tuple[int, ...] = (0, 1, 2)) -> tuple[Script, Experiment]:
    with scripted_service(*answers) as script, Client(script.url, "tsl_x") as client:
        return script, continuing.go_on(client, FOUND, seeds)


def _asked(script: Script) -> list[str]:
    return [sent.path.rpartition("/")[2] for sent in script.sent]


class TestGoOn:
    def test_a_pause_that_no_worker_has_confirmed_is_taken_back_too(self) -> None:
        assert FOUND.jobs.paused == 0
        script, found = _go_on(experiment(priority=3), NONE_LEFT)
        assert _asked(script)[0] == "resume"
        assert found.priority == 3

    def test_runs_that_failed_are_tried_again(self) -> None:
        script, found = _go_on(NONE_LEFT, experiment(priority=4))
        assert _asked(script)[1] == "retry"
        assert found.priority == 4

    def test_one_that_goes_on_by_itself_is_left_alone(self) -> None:
        _, found = _go_on(NONE_LEFT)
        assert found == FOUND

    def test_the_seeds_that_it_lacks_are_added(self) -> None:
        script, _ = _go_on(NONE_LEFT, NONE_LEFT, experiment(), seeds=(2, 3))
        assert _asked(script) == ["resume", "retry", "extend"]
        assert script.sent[-1].body == b'{"seeds":[3]}'

    def test_any_other_refusal_is_told(self) -> None:
        with pytest.raises(RefusedError, match="not_found"):
            _go_on(refusal(404, "not_found"))
