"""Settings come from a file, flags and assignments, the later over the earlier."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.errors import WrongInputError
from cli.spec.build import build_settings, check_settings, check_tuning
from tsloss_core.spec import SoftPromptSpec


class TestBuildSettings:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("a.json", '{"num_virtual_tokens": 7, "regularizer": {"type": "l2", "weight": 2}}'),
            ("a.yaml", "num_virtual_tokens: 7\nregularizer: {type: l2, weight: 2}\n"),
        ],
    )
    def test_flags_win_over_the_file_and_assignments_over_flags(
        self, tmp_path: Path, name: str, text: str
    ) -> None:
        config = tmp_path / name
        config.write_text(text)
        flags = {"virtual_tokens": 8, "weight": 3.0, "epochs": None}
        built = build_settings(config, flags, ["num_virtual_tokens=9"])
        assert built == {"num_virtual_tokens": 9, "regularizer": {"type": "l2", "weight": 3.0}}

    @given(st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.integers())))
    def test_any_json_value_can_be_assigned(self, value: object) -> None:
        assert build_settings(None, {}, [f"a.b={json.dumps(value)}"]) == {"a": {"b": value}}

    def test_what_is_no_json_is_text(self) -> None:
        built = build_settings(None, {}, ["init.type=text", "init.text=a = b", "snapshots={"])
        assert built == {"init": {"type": "text", "text": "a = b"}, "snapshots": "{"}

    def test_every_field_of_the_spec_can_be_set(self) -> None:
        whole = SoftPromptSpec().model_dump(mode="json", exclude={"preset"})
        assignments = [f"{path}={json.dumps(value)}" for path, value in _leaves(whole)]
        assert check_settings(SoftPromptSpec, build_settings(None, {}, assignments)) == (
            SoftPromptSpec()
        )

    def test_a_weight_alone_keeps_the_regulariser_of_the_preset(self) -> None:
        built = build_settings(None, {"preset": "paper", "weight": 2.0}, [])
        spec = check_settings(SoftPromptSpec, built)
        assert (spec.regularizer.type, spec.hyperparameters.learning_rate) == ("tsloss", 5e-5)

    @pytest.mark.parametrize("assignment", ["seed", "=1", "num_virtual_tokens.x=1"])
    def test_no_assignment_is_told(self, tmp_path: Path, assignment: str) -> None:
        with pytest.raises(WrongInputError):
            build_settings(None, {"virtual_tokens": 1}, [assignment])

    @pytest.mark.parametrize(
        ("name", "text"), [("a.json", "{"), ("a.yaml", "a: [b"), ("a.yaml", "- 1"), ("a.yaml", "")]
    )
    def test_a_file_of_no_settings_is_named(self, tmp_path: Path, name: str, text: str) -> None:
        config = tmp_path / name
        config.write_text(text)
        with pytest.raises(WrongInputError, match=name):
            build_settings(config, {}, [])


class TestCheckSettings:
    @pytest.mark.parametrize(
        ("settings", "told"),
        [
            ({"hyperparameters": {"learning_rate": 0}}, "hyperparameters.learning_rate: .*than 0"),
            ({"num_virtual_tokens": 513}, "num_virtual_tokens: .*512"),
            ({"regularizer": {"type": "l2", "alpha": 1}}, "regularizer.alpha: "),
            ({"unknown": 1}, "unknown: "),
            ({"hyperparameters": {"n_epochs": 0}}, "hyperparameters.n_epochs: .*'auto'; or .*1"),
        ],
    )
    def test_the_field_and_the_limit_are_named(self, settings: dict[str, Any], told: str) -> None:
        with pytest.raises(WrongInputError, match=told):
            check_settings(SoftPromptSpec, settings)


class TestCheckTuning:
    def test_the_flag_wins_over_the_seed_of_the_file(self) -> None:
        assert check_tuning({"seed": 3}, None).seed == 3
        assert check_tuning({"seed": 3}, 4).seed == 4

    def test_a_checkpoint_of_a_service_is_refused(self) -> None:
        with pytest.raises(WrongInputError, match="--start-from"):
            check_tuning({"init": {"type": "checkpoint", "id": "ftckpt-1"}}, None)


def _leaves(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return [(".".join(path), value)]
    return [leaf for name, inner in value.items() for leaf in _leaves(inner, (*path, name))]
