"""Settings that a preset has changed since an experiment was begun."""

from cli.experiments.changes import changed_settings
from cli.experiments.request import PresetRun, completed

TASKS = [{"name": name, "training_file": f"file-{name}"} for name in ("a", "b")]
BODY = PresetRun("paper-main", "tiny", seeds=2).body(TASKS)


class TestChangedSettings:
    def test_other_seeds_and_files_are_no_change(self) -> None:
        others = [{**task, "training_file": f"file-{at}"} for at, task in enumerate(TASKS)]
        assert changed_settings(BODY, completed(BODY | {"tasks": others, "seeds": [5]})) == []

    def test_what_changed_in_every_arm_is_told_once(self) -> None:
        settings = BODY["soft_prompt"]
        clipped = {**settings["hyperparameters"], "max_gradient_norm": 1.0}
        begun = completed(BODY | {"soft_prompt": {**settings, "hyperparameters": clipped}})
        assert changed_settings(BODY, begun) == [
            "soft_prompt.hyperparameters.max_gradient_norm is 1.0 here, now null"
        ]

    def test_what_changed_in_one_arm_names_it(self) -> None:
        begun = completed(BODY)
        arm = begun.arms[1]
        weaker = arm.soft_prompt.regularizer.model_copy(update={"weight": 0.5})
        settings = arm.soft_prompt.model_copy(update={"regularizer": weaker})
        arms = (begun.arms[0], arm.model_copy(update={"soft_prompt": settings}), *begun.arms[2:])
        (told,) = changed_settings(BODY, begun.model_copy(update={"arms": arms}))
        assert told.startswith(f"arms.{arm.name}.soft_prompt.regularizer.weight is 0.5 here, now ")
