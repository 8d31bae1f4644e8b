"""The settings of a tuning run: defaults, bounds, the paper's preset, "auto"."""

import math
import subprocess
import sys

import pytest
from pydantic import ValidationError

from tsloss_core.spec import SoftPromptSpec, TuningConfig, resolve
from tsloss_core.spec.resolution import steps_per_epoch


class TestSoftPromptSpec:
    def test_nothing_is_required(self) -> None:
        spec = SoftPromptSpec()
        assert (spec.placement, spec.num_virtual_tokens) == ("suffix", 20)
        assert (spec.init.type, spec.regularizer.type) == ("vocabulary", "tsloss")

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("regularizer.tsloss.weight", {"regularizer": {"type": "tsloss", "weight": -1}}),
            (
                "regularizer.tsloss.alpha",
                {"regularizer": {"type": "tsloss", "alpha": float("nan")}},
            ),
            ("regularizer.tsloss.tau", {"regularizer": {"type": "tsloss", "tau": math.inf}}),
            ("regularizer.none.weight", {"regularizer": {"type": "none", "weight": 1}}),
            ("num_virtual_tokens", {"num_virtual_tokens": 0}),
            ("hyperparameters.learning_rate", {"hyperparameters": {"learning_rate": 0}}),
            ("colour", {"colour": "red"}),
        ],
    )
    def test_a_bad_value_is_refused_by_name(self, field: str, given: dict[str, object]) -> None:
        with pytest.raises(ValidationError) as caught:
            SoftPromptSpec.model_validate(given)
        where = ".".join(str(part) for part in caught.value.errors()[0]["loc"])
        assert where == field

    def test_a_dump_reads_back_the_same(self) -> None:
        spec = TuningConfig.model_validate({"preset": "paper", "seed": 3})
        assert TuningConfig.model_validate_json(spec.model_dump_json()) == spec


class TestPaperPreset:
    def test_it_holds_the_values_of_section_v(self) -> None:
        spec = SoftPromptSpec.model_validate({"preset": "paper"})
        assert spec.init.model_dump() == {"type": "normal", "std": 0.02}
        settings = spec.hyperparameters
        assert (settings.n_epochs, settings.learning_rate, settings.epsilon) == (300, 5e-5, 1e-8)

    def test_what_the_request_gives_wins(self) -> None:
        spec = SoftPromptSpec.model_validate(
            {
                "preset": "paper",
                "hyperparameters": {"n_epochs": 2},
                "regularizer": {"type": "l2"},
            }
        )
        assert (spec.hyperparameters.n_epochs, spec.hyperparameters.batch_size) == (2, 8)
        assert spec.regularizer.type == "l2"

    def test_a_group_without_a_type_is_of_the_presets(self) -> None:
        given = {"preset": "paper", "regularizer": {"weight": 2.0}, "init": {"std": 0.1}}
        spec = SoftPromptSpec.model_validate(given)
        assert (spec.regularizer.type, spec.regularizer.weight) == ("tsloss", 2.0)
        assert spec.init.model_dump() == {"type": "normal", "std": 0.1}


class TestResolve:
    def test_auto_becomes_numbers(self) -> None:
        settings = resolve(SoftPromptSpec(), rows=80).hyperparameters
        assert (settings.batch_size, settings.n_epochs) == (8, 20)

    def test_given_numbers_stay(self) -> None:
        spec = SoftPromptSpec.model_validate({"hyperparameters": {"n_epochs": 3, "batch_size": 2}})
        settings = resolve(spec, rows=80).hyperparameters
        assert (settings.batch_size, settings.n_epochs) == (2, 3)

    def test_few_rows_make_a_small_batch_and_bounded_epochs(self) -> None:
        settings = resolve(SoftPromptSpec(), rows=3).hyperparameters
        assert (settings.batch_size, settings.n_epochs) == (3, 50)


class TestStepsPerEpoch:
    def test_the_last_batch_may_be_short(self) -> None:
        assert steps_per_epoch(17, batch_size=8) == 3
        assert steps_per_epoch(17, batch_size=4, gradient_accumulation=2) == 3


class TestImport:
    def test_the_settings_cost_pydantic_alone(self) -> None:
        heavy = "{'torch', 'transformers', 'numpy', 'gudhi'}"
        code = f"import sys, tsloss_core.spec; sys.exit(bool({heavy} & sys.modules.keys()))"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
