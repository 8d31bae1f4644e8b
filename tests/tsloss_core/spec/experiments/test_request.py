"""An experiment as it is asked for, and what it comes to."""

from typing import Any

import pytest
from pydantic import ValidationError

from tsloss_core.spec.experiments import ExperimentRequest, ExperimentSpec
from tsloss_core.spec.experiments.presets import PRESETS

TASK = {"name": "intents", "training_file": "file-a", "validation_file": "file-b"}
NONE = {"name": "none", "regularizer": {"type": "none"}}
TSLOSS = {"name": "tsloss", "regularizer": {"type": "tsloss", "alpha": 5.0}}
AGAINST_NONE = {"arm": "tsloss", "against": "none"}
SOURCE = {"type": "experiment", "id": "exp-a", "task": "other", "arm": "none"}


def _request(**fields: Any) -> ExperimentRequest:
    asked = {"models": ["tiny"], "tasks": [TASK], **fields}
    return ExperimentRequest.model_validate(asked)


def _preset(name: str, **fields: Any) -> ExperimentSpec:
    source = {"source": SOURCE} if name == "transfer" else {}
    return _request(preset=name, **source, **fields).complete()


class TestMatrix:
    def test_it_is_the_product_seed_by_seed(self) -> None:
        other = {"name": "sums", "training_file": "file-c"}
        spec = _request(
            models=["tiny", "big"], tasks=[TASK, other], seeds=[3, 5], arms=[NONE, TSLOSS]
        ).complete()
        runs = list(spec.runs())
        assert spec.size == len(runs) == 16
        assert [run.seed for run in runs] == [3] * 8 + [5] * 8
        assert [run.arm.name for run in runs[:4]] == ["none", "tsloss"] * 2
        assert len(list(spec.runs([9]))) == spec.runs_per_seed == 8

    def test_ten_seeds_unless_told(self) -> None:
        assert _request(arms=[NONE]).complete().seeds == tuple(range(10))

    def test_it_reads_back_the_same(self) -> None:
        spec = _preset("transfer")
        assert ExperimentSpec.model_validate_json(spec.model_dump_json()) == spec


class TestArms:
    def test_an_arm_takes_over_what_it_leaves_out(self) -> None:
        arm = {
            **TSLOSS,
            "init": {"type": "normal", "std": 0.1},
            "hyperparameters": {"batch_size": 2},
        }
        common = {"num_virtual_tokens": 4, "hyperparameters": {"max_steps": 7, "batch_size": 8}}
        first, second = _request(arms=[NONE, arm], soft_prompt=common).complete().arms
        assert first.soft_prompt.hyperparameters.batch_size == 8
        assert first.soft_prompt.init.type == "vocabulary"
        assert second.soft_prompt.hyperparameters.batch_size == 2
        assert second.soft_prompt.hyperparameters.max_steps == 7
        assert second.soft_prompt.num_virtual_tokens == 4
        assert second.soft_prompt.regularizer.alpha == 5.0  # type: ignore[union-attr]
        assert second.soft_prompt.init.type == "normal"

    def test_a_warm_start_names_another_experiments_runs(self) -> None:
        (arm,) = _request(arms=[{**NONE, "init": SOURCE}]).complete().arms
        assert arm.start is not None
        assert (arm.start.id, arm.start.task, arm.start.arm) == ("exp-a", "other", "none")

    def test_every_arm_is_compared_with_the_plain_one(self) -> None:
        spec = _request(arms=[TSLOSS, NONE]).complete()
        assert [(c.arm, c.against) for c in spec.comparisons] == [("tsloss", "none")]

    def test_given_comparisons_win(self) -> None:
        given = [{"arm": "none", "against": "tsloss"}]
        spec = _request(arms=[NONE, TSLOSS], comparisons=given).complete()
        assert [(c.arm, c.against) for c in spec.comparisons] == [("none", "tsloss")]


class TestPresets:
    @pytest.mark.parametrize("name", PRESETS)
    def test_none_stands_first_and_every_other_arm_is_compared_with_it(self, name: str) -> None:
        spec = _preset(name)
        assert spec.arms[0].soft_prompt.regularizer.type == "none"
        others = {arm.name for arm in spec.arms[1:]}
        assert {c.arm for c in spec.comparisons if c.against == "none"} == others
        assert len(others) == len(spec.arms) - 1

    @pytest.mark.parametrize("name", PRESETS)
    def test_the_papers_settings_hold_unless_others_are_given(self, name: str) -> None:
        assert _preset(name).arms[0].soft_prompt.hyperparameters.learning_rate == 5e-5
        settings = {"hyperparameters": {"learning_rate": 1e-3}, "init": {"type": "vocabulary"}}
        arm = _preset(name, soft_prompt=settings).arms[0].soft_prompt
        assert (arm.hyperparameters.learning_rate, arm.hyperparameters.epsilon) == (1e-3, 1e-8)
        assert arm.init.type == "vocabulary"

    @pytest.mark.parametrize(
        ("name", "regularizers"),
        [
            ("paper-main", ["l2", "pairwise", "tsloss"]),
            ("paper-convergence", ["h0-alone", "h1-alone", "tsloss", "l2", "pairwise"]),
            ("equidistance-control", ["tsloss", "persistence", "equidistance", "random-direction"]),
        ],
    )
    def test_each_regularizer_has_its_own_weight_and_the_common_ratio(
        self, name: str, regularizers: list[str]
    ) -> None:
        arms = {
            arm.name: arm.soft_prompt.regularizer for arm in _preset(name, target_ratio=0.3).arms
        }
        for each in regularizers:
            assert arms[each].weighting.type == "constant"  # type: ignore[union-attr]
            assert arms[each].weight == 1  # type: ignore[union-attr]
            weighting = arms[f"{each}-balanced"].weighting  # type: ignore[union-attr]
            assert (weighting.type, weighting.target_ratio) == ("balanced", 0.3)  # type: ignore[union-attr]

    def test_the_ablation_sweeps_weight_alpha_and_betas(self) -> None:
        arms = {arm.name: arm.soft_prompt.regularizer for arm in _preset("paper-ablation").arms}
        weights = {getattr(arm, "weight", 0) for arm in arms.values()}
        assert weights == {0, 0.1, 0.5, 1, 10}
        assert {arm.alpha for arm in arms.values() if arm.type == "tsloss"} == {5, 10, 20}
        betas = {(arm.beta_h0, arm.beta_h1) for arm in arms.values() if arm.type == "tsloss"}
        assert betas == {(1, 1), (1, 0), (0, 1)}

    def test_convergence_is_what_tables_4_to_6_are_about(self) -> None:
        for name in ("paper-convergence", "paper-ablation"):
            spec = _preset(name)
            assert spec.primary == "iterations"
            assert spec.arms[0].soft_prompt.evaluation.stop_at_accuracy == 1

    def test_weightings_are_compared_for_both_topological_losses(self) -> None:
        types = {
            (arm.soft_prompt.regularizer.type, arm.soft_prompt.regularizer.weighting.type)  # type: ignore[union-attr]
            for arm in _preset("adaptive-weighting").arms[1:]
        }
        kinds = ("constant", "warmup", "decay", "balanced")
        assert types == {(name, kind) for name in ("tsloss", "persistence") for kind in kinds}

    def test_transfer_starts_warm_and_cold(self) -> None:
        starts = {arm.name: arm.start is not None for arm in _preset("transfer").arms}
        assert starts == {
            "none": False, "tsloss": False, "tsloss-balanced": False,
            "warm-none": True, "warm-tsloss": True, "warm-tsloss-balanced": True,
        }  # fmt: skip

    def test_given_arms_take_the_presets_place(self) -> None:
        spec = _preset("paper-main", arms=[NONE, TSLOSS])
        assert [arm.name for arm in spec.arms] == ["none", "tsloss"]
        assert [(c.arm, c.against) for c in spec.comparisons] == [("tsloss", "none")]


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({}, ("arms",)),
            ({"arms": [NONE, NONE]}, ("arms",)),
            ({"arms": [NONE], "models": ["a", "a"]}, ("models",)),
            ({"arms": [NONE], "models": []}, ("models",)),
            ({"arms": [NONE], "seeds": [1, 1]}, ("seeds",)),
            ({"arms": [NONE], "seeds": []}, ("seeds",)),
            ({"arms": [NONE], "seeds": [-1]}, ("seeds", 0)),
            ({"arms": [NONE], "tasks": [TASK, TASK]}, ("tasks",)),
            ({"arms": [NONE], "tasks": [TASK, {**TASK, "name": "b"}]}, ("tasks",)),
            ({"arms": [NONE], "comparisons": [{"arm": "x", "against": "none"}]}, ("comparisons",)),
            (
                {"arms": [NONE], "comparisons": [{"arm": "none", "against": "none"}]},
                ("comparisons",),
            ),
            ({"arms": [NONE, TSLOSS], "comparisons": [AGAINST_NONE] * 2}, ("comparisons",)),
            ({"arms": [NONE], "primary": "iterations"}, ("primary",)),
            ({"arms": [NONE], "source": SOURCE}, ("source",)),
            ({"preset": "transfer"}, ("source",)),
            ({"preset": "nothing", "arms": [NONE]}, ("preset",)),
            ({"preset": [], "arms": [NONE]}, ("preset",)),
            ({"preset": "paper-main", "target_ratio": 0}, ("target_ratio",)),
            (
                {"arms": [NONE], "soft_prompt": {"regularizer": {"type": "l2"}}},
                ("soft_prompt", "regularizer"),
            ),
            ({"arms": [NONE], "soft_prompt": {"preset": {}}}, ("soft_prompt", "preset")),
            ({"arms": [NONE], "colour": "red"}, ("colour",)),
        ],
    )
    def test_a_bad_field_is_named(
        self, fields: dict[str, Any], where: tuple[int | str, ...]
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            _request(**fields)
        assert caught.value.errors()[0]["loc"] == where

    def test_comparisons_are_counted_before_they_are_looked_at(self) -> None:
        with pytest.raises(ValidationError) as caught:
            _request(arms=[NONE, TSLOSS], comparisons=[AGAINST_NONE] * 513)
        (error,) = caught.value.errors()
        assert (error["loc"], error["type"]) == (("comparisons",), "too_long")
        assert error["ctx"]["max_length"] == 512
