"""Settings that a preset has changed since an experiment was begun."""

from typing import Any

from cli.experiments.changes import changed_settings
from cli.experiments.request import PresetRun
from tsloss_core.spec.experiments import ExperimentRequest, ExperimentSpec

TASKS = [{"name": name, "training_file": f"file-{name}"} for name in ("a", "b")]
BODY = PresetRun("paper-main", "tiny", seeds=2).body(TASKS)


def _begun(body: dict[str, Any]) -> ExperimentSpec:
    asked = {name: value for name, value in body.items() if name != "name"}
    return ExperimentRequest.model_validate(asked).complete()


class TestChangedSettings:
    def test_other_seeds_and_files_are_no_change(self) -> None:
        others = [{**task, "training_file": f"file-{at}"} for at, task in enumerate(TASKS)]
        assert changed_settings(BODY, _begun(BODY | {"tasks": others, "seeds": [5]})) == []

    def test_what_changed_in_every_arm_is_told_once(self) -> None:
        settings = BODY["soft_prompt"]
        clipped = {**settings["hyperparameters"], "max_gradient_norm": 1.0}
        begun = _begun(BODY | {"soft_prompt": {**settings, "hyperparameters": clipped}})
        assert changed_settings(BODY, begun) == [
            "soft_prompt.hyperparameters.max_gradient_norm is 1.0 here, now null"
        ]

    def test_what_changed_in_one_arm_names_it(self) -> None:
        begun = _begun(BODY)
        arm = begun.arms[1]
        weaker = arm.soft_prompt.regularizer.model_copy(update={"weight": 0.5})
        settings = arm.soft_prompt.model_copy(update={"regularizer": weaker})
        arms = (begun.arms[0], arm.model_copy(update={"soft_prompt": settings}), *begun.arms[2:])
        (told,) = changed_settings(BODY, begun.model_copy(update={"arms": arms}))
        assert told.startswith(f"arms.{arm.name}.soft_prompt.regularizer.weight is 0.5 here, now ")
