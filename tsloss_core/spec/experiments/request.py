"""An experiment as it is asked for: a matrix, or a preset with what should differ from it."""

from collections.abc import Hashable, Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from tsloss_core.spec.base import Spec
from tsloss_core.spec.experiments.arms import ArmSpec, ExperimentInit, complete_arm
from tsloss_core.spec.experiments.matrix import ExperimentSpec
from tsloss_core.spec.experiments.presets import PRESETS, Preset
from tsloss_core.spec.experiments.tasks import Comparison, Metric, Task
from tsloss_core.spec.fields import Seed
from tsloss_core.spec.presets import merge_settings
from tsloss_core.spec.soft_prompt import SoftPromptSpec

MAX_MODELS, MAX_TASKS, MAX_SEEDS, MAX_ARMS = 32, 64, 1000, 128
MAX_COMPARISONS = 4 * MAX_ARMS

Seeds = Annotated[tuple[Seed, ...], Field(min_length=1, max_length=MAX_SEEDS)]
ModelId = Annotated[str, StringConstraints(min_length=1, max_length=128)]
PresetName = Literal[
    "paper-main",
    "paper-convergence",
    "paper-ablation",
    "adaptive-weighting",
    "equidistance-control",
    "transfer",
]


class ExperimentRequest(Spec):
    """Models x tasks x arms x seeds. Runs of one seed start alike and see the rows alike."""

    preset: PresetName | None = Field(
        None, description="Gives arms, comparisons and the paper's settings; what is given wins."
    )
    target_ratio: float = Field(
        0.1,
        gt=0,
        le=100,
        description="A preset's common ratio of gradient norms, regulariser to cross-entropy.",
    )
    source: ExperimentInit | None = Field(
        None, description="Where the warm arms of the preset `transfer` start."
    )
    models: tuple[ModelId, ...] = Field(min_length=1, max_length=MAX_MODELS)
    tasks: tuple[Task, ...] = Field(min_length=1, max_length=MAX_TASKS)
    seeds: Seeds = tuple(range(10))
    soft_prompt: SoftPromptSpec = Field(
        SoftPromptSpec(), description="What all arms share; the regulariser is the arms' own."
    )
    arms: tuple[ArmSpec, ...] = Field((), max_length=MAX_ARMS)
    comparisons: tuple[Comparison, ...] = Field(
        (),
        max_length=MAX_COMPARISONS,
        description="Every arm against the first without regulariser, if left out.",
    )
    primary: Metric | None = Field(
        None, description="What the verdicts are about: accuracy, unless a preset says otherwise."
    )

    @model_validator(mode="before")
    @classmethod
    def _fill_from_preset(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("soft_prompt", {}), dict):
            return data
        given = data.get("soft_prompt", {})
        if "regularizer" in given:
            raise _misplaced(("soft_prompt", "regularizer"), "each arm has its own regulariser")
        preset = _preset(data.get("preset"))
        if preset is None:
            return data
        return {**data, "soft_prompt": merge_settings(preset.soft_prompt, given)}

    @field_validator("source")
    @classmethod
    def _check_source(
        cls, source: ExperimentInit | None, info: ValidationInfo
    ) -> ExperimentInit | None:
        preset = _preset(info.data.get("preset"))
        needed = preset is not None and preset.needs_source
        if needed != (source is not None):
            raise ValueError("the preset transfer, and no other experiment, has a source")
        return source

    @field_validator("models", "seeds")
    @classmethod
    def _check_unique(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        _refuse_twice(values)
        return values

    @field_validator("tasks")
    @classmethod
    def _check_tasks(cls, tasks: tuple[Task, ...]) -> tuple[Task, ...]:
        _refuse_twice([task.name for task in tasks])
        _refuse_twice([(task.training_file, task.validation_file) for task in tasks])
        return tasks

    @field_validator("arms")
    @classmethod
    def _check_arms(cls, arms: tuple[ArmSpec, ...], info: ValidationInfo) -> tuple[ArmSpec, ...]:
        if not arms and info.data.get("preset") is None:
            raise ValueError("give arms or a preset")
        _refuse_twice([arm.name for arm in arms])
        return arms

    @field_validator("comparisons")
    @classmethod
    def _check_comparisons(
        cls, comparisons: tuple[Comparison, ...], info: ValidationInfo
    ) -> tuple[Comparison, ...]:
        if {"source", "target_ratio", "arms"} <= info.data.keys():
            known = {arm.name for arm in _arms(**_of_preset(info.data))}
            for each in comparisons:
                _refuse_unknown(each, known)
        _refuse_twice(comparisons)
        return comparisons

    @field_validator("primary")
    @classmethod
    def _check_primary(cls, primary: Metric | None, info: ValidationInfo) -> Metric | None:
        common: SoftPromptSpec | None = info.data.get("soft_prompt")
        unmeasured = common is not None and common.evaluation.stop_at_accuracy is None
        if primary == "iterations" and unmeasured:
            raise ValueError("iterations need soft_prompt.evaluation.stop_at_accuracy")
        return primary

    def complete(self) -> ExperimentSpec:
        """Return the experiment with nothing left open."""
        preset = _preset(self.preset)
        arms = _arms(self.preset, self.target_ratio, self.source, self.arms)
        return ExperimentSpec(
            preset=self.preset,
            models=self.models,
            tasks=self.tasks,
            seeds=self.seeds,
            arms=tuple(complete_arm(arm, self.soft_prompt) for arm in arms),
            comparisons=self.comparisons or _default_comparisons(preset, arms, bool(self.arms)),
            primary=self.primary or self._default_primary(preset),
        )

    def _default_primary(self, preset: Preset | None) -> Metric:
        measured = self.soft_prompt.evaluation.stop_at_accuracy is not None
        if preset is None or (preset.primary == "iterations" and not measured):
            return "accuracy"
        return preset.primary


def _misplaced(where: tuple[str, ...], message: str) -> ValidationError:
    error = PydanticCustomError("misplaced", "{reason}", {"reason": message})
    detail = InitErrorDetails(type=error, loc=where, input=None)
    return ValidationError.from_exception_data("ExperimentRequest", [detail])


def _preset(name: Any) -> Preset | None:
    return PRESETS.get(name) if isinstance(name, str) else None


def _of_preset(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data.get(name) for name in ("preset", "target_ratio", "source", "arms")}


def _arms(
    preset: str | None, target_ratio: float, source: ExperimentInit | None, arms: Sequence[ArmSpec]
) -> Sequence[ArmSpec]:
    """The arms that are given, else the preset's."""
    known = _preset(preset)
    return arms if arms or known is None else known.arms(target_ratio, source)


def _default_comparisons(
    preset: Preset | None, arms: Sequence[ArmSpec], own_arms: bool
) -> tuple[Comparison, ...]:
    if preset is not None and not own_arms:
        return preset.comparisons(arms)
    plain = [arm.name for arm in arms if arm.regularizer.type == "none" and arm.init is None]
    against = plain[0] if plain else arms[0].name
    return tuple(Comparison(arm=arm.name, against=against) for arm in arms if arm.name != against)


def _refuse_twice(values: Sequence[Hashable]) -> None:
    seen: set[Hashable] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{value!r} is there twice")
        seen.add(value)


def _refuse_unknown(comparison: Comparison, known: set[str]) -> None:
    for name in (comparison.arm, comparison.against):
        if name not in known:
            raise ValueError(f"there is no arm '{name}'")
    if comparison.arm == comparison.against:
        raise ValueError(f"'{comparison.arm}' is compared with itself")
