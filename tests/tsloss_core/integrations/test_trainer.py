"""A regulariser in the stock Trainer, on PEFT's prompt tuning of a tiny model."""

from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, PromptTuningConfig, TaskType, get_peft_model
from torch import Tensor
from transformers import Trainer, TrainingArguments

from tests.support.rendered import token_rows
from tests.support.tiny_models import tiny_model, tiny_prompt
from tsloss_core.integrations import regularized
from tsloss_core.regularizers import build_regularizer
from tsloss_core.tuning import PromptedModel, TokenRow
from tsloss_core.tuning.prompted import Answer

PROMPT = tiny_prompt(3, scale=0.1)
REGULARIZER = {"type": "tsloss", "weight": 2.0, "tau": 0.2}
ROWS = token_rows()


class TestGradient:
    def test_a_step_is_ours(self, tmp_path: Path) -> None:
        moved = _moved(tmp_path, REGULARIZER, per_device_train_batch_size=len(ROWS))
        assert (moved - _our_gradient()).norm() <= 1e-4 * _our_gradient().norm()

    def test_without_a_regulariser_it_is_the_stock_step(self, tmp_path: Path) -> None:
        stock = _moved(tmp_path, None, per_device_train_batch_size=2)
        ours = _moved(tmp_path, {"type": "none"}, per_device_train_batch_size=2)
        assert torch.equal(stock, ours)

    def test_accumulation_adds_the_regulariser_once(self, tmp_path: Path) -> None:
        """Four micro-batches of unlike lengths give the gradient of the whole batch."""
        moved = _moved(
            tmp_path, REGULARIZER, per_device_train_batch_size=1, gradient_accumulation_steps=4
        )
        assert (moved - _our_gradient()).norm() <= 1e-4 * _our_gradient().norm()

    def test_a_shorter_last_accumulation_adds_it_once_too(self, tmp_path: Path) -> None:
        """Three micro-batches at a time: the epoch's last step has one."""
        settings = {
            "per_device_train_batch_size": 1, "gradient_accumulation_steps": 3, "max_steps": 2,
            "learning_rate": 1e-3,
        }  # fmt: skip
        moved = _moved(tmp_path, REGULARIZER, **settings) / 1e-3
        stock = _moved(tmp_path, None, **settings) / 1e-3
        assert (moved - stock - 2 * _own_gradient()).norm() <= 0.05 * _own_gradient().norm()

    def test_a_loss_that_the_trainer_averages_itself(self, tmp_path: Path) -> None:
        settings = {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 2}
        moved = _moved(tmp_path, REGULARIZER, accepts_loss_kwargs=False, **settings)
        stock = _moved(tmp_path, None, accepts_loss_kwargs=False, **settings)
        assert (moved - stock - _own_gradient()).norm() <= 1e-4 * _own_gradient().norm()

    def test_bf16_leaves_the_regulariser_in_float32(self, tmp_path: Path) -> None:
        settings = {"per_device_train_batch_size": len(ROWS), "bf16": True}
        moved = _moved(tmp_path, REGULARIZER, **settings)
        stock = _moved(tmp_path, None, **settings)
        assert (moved - stock - _own_gradient()).norm() <= 1e-4 * _own_gradient().norm()

    def test_clipping_clips_the_sum(self, tmp_path: Path) -> None:
        settings = {"per_device_train_batch_size": len(ROWS), "max_grad_norm": 0.05}
        moved, whole = _moved(tmp_path, REGULARIZER, **settings), _our_gradient()
        assert (moved - 0.05 * whole / whole.norm()).norm() <= 1e-4

    def test_fp16_scales_it_like_the_loss(self, tmp_path: Path) -> None:
        """The scaler is real, on the CPU; fp16 itself needs a GPU and did not run."""
        trainer = _trainer(tmp_path, REGULARIZER, per_device_train_batch_size=len(ROWS))
        trainer.accelerator.scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
        batch = next(iter(trainer.get_train_dataloader()))
        count = sum(len(row.completion) for row in ROWS)
        trainer.training_step(trainer.model, batch, num_items_in_batch=count)
        gradient = _prompt_of(trainer.model).grad / 1024
        assert (gradient - _our_gradient()).norm() <= 1e-4 * _our_gradient().norm()


class TestLog:
    def test_it_carries_value_terms_and_ratio(self, tmp_path: Path) -> None:
        trainer = _trainer(tmp_path, REGULARIZER, per_device_train_batch_size=len(ROWS))
        trainer.train()
        logged, output = trainer.state.log_history[0], build_regularizer(REGULARIZER)(PROMPT)
        loss_gradient = _our_gradient() - _own_gradient()
        assert logged["regularizer"] == pytest.approx(float(output.total))
        assert logged["terms/h0"] == pytest.approx(float(output.terms["h0"]))
        assert logged["terms/h1"] == pytest.approx(float(output.terms["h1"]))
        ratio = float(_own_gradient().norm() / loss_gradient.norm())
        assert logged["gradient_ratio"] == pytest.approx(ratio, rel=1e-3)
        assert logged["loss"] == pytest.approx(_our_loss() + logged["regularizer"], rel=1e-4)

    def test_the_evaluation_stays_cross_entropy(self, tmp_path: Path) -> None:
        trainer = _trainer(tmp_path, REGULARIZER, per_device_eval_batch_size=len(ROWS))
        assert trainer.evaluate(_dataset())["eval_loss"] == pytest.approx(_our_loss(), rel=1e-4)


class TestWeighting:
    def test_balanced_keeps_the_ratio(self, tmp_path: Path) -> None:
        spec = {**REGULARIZER, "weighting": {"type": "balanced", "target_ratio": 0.25}}
        trainer = _trainer(tmp_path, spec, per_device_train_batch_size=2, max_steps=3)
        trainer.train()
        ratios = [log["gradient_ratio"] for log in trainer.state.log_history if "loss" in log]
        assert ratios == pytest.approx([0.25] * 3)


class TestRefusals:
    def test_a_model_without_prompt_tuning(self, tmp_path: Path) -> None:
        lora = LoraConfig(task_type=TaskType.CAUSAL_LM, target_modules=["q_proj"])
        with pytest.raises(ValueError, match="prompt tuning"):
            _trainer(tmp_path, REGULARIZER, model=get_peft_model(tiny_model(), lora))

    def test_settings_out_of_bounds(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="tau"):
            _trainer(tmp_path, {"type": "tsloss", "tau": -1})


def _moved(folder: Path, regularizer: Any, **settings: Any) -> Tensor:
    """How far plain SGD at rate 1 moved the prompt, against the gradient."""
    trainer = _trainer(folder, regularizer, **settings)
    trainer.train()
    return PROMPT.double() - _prompt_of(trainer.model).detach().double()


def _trainer(
    folder: Path,
    regularizer: Any,
    model: Any = None,
    accepts_loss_kwargs: bool = True,
    **settings: Any,
) -> Trainer:
    chosen: dict[str, Any] = {
        "max_steps": 1, "learning_rate": 1.0, "max_grad_norm": 0.0, "optim": "sgd",
        "lr_scheduler_type": "constant", "logging_steps": 1, "save_strategy": "no",
        "report_to": "none", "use_cpu": True, "disable_tqdm": True, "seed": 0,
    }  # fmt: skip
    arguments = TrainingArguments(output_dir=str(folder), **{**chosen, **settings})
    model = model or _peft_model(accepts_loss_kwargs)
    given: dict[str, Any] = {
        "model": model, "args": arguments, "train_dataset": _dataset(), "data_collator": _padded,
    }  # fmt: skip
    if regularizer is None:
        return Trainer(**given)
    return regularized(Trainer)(**given, regularizer=regularizer)


def _peft_model(accepts_loss_kwargs: bool) -> Any:
    base = tiny_model()
    base.accepts_loss_kwargs = accepts_loss_kwargs
    config = PromptTuningConfig(task_type=TaskType.CAUSAL_LM, num_virtual_tokens=len(PROMPT))
    model = get_peft_model(base, config)
    _prompt_of(model).data.copy_(PROMPT)
    return model


def _prompt_of(model: Any) -> Tensor:
    weight: Tensor = model.prompt_encoder["default"].embedding.weight
    return weight


def _dataset() -> list[dict[str, Any]]:
    return [_example(row) for row in ROWS]


def _example(row: TokenRow) -> dict[str, Any]:
    question = [*row.context, *row.rest]
    labels = [-100] * len(question) + [*row.completion]
    return {"input_ids": [*question, *row.completion], "labels": labels}


def _padded(examples: list[dict[str, Any]]) -> dict[str, Tensor]:
    longest = max(len(example["input_ids"]) for example in examples)

    def stacked(name: str, fill: int) -> Tensor:
        return torch.tensor([e[name] + [fill] * (longest - len(e[name])) for e in examples])

    mask = [[1] * len(e["input_ids"]) + [0] * (longest - len(e["input_ids"])) for e in examples]
    return {
        "input_ids": stacked("input_ids", 0), "labels": stacked("labels", -100),
        "attention_mask": torch.tensor(mask),
    }  # fmt: skip


def _our_loss() -> float:
    answers = [Answer(row, row.completion) for row in ROWS]
    total = PromptedModel(tiny_model(), "prefix").losses(PROMPT, answers).sum()
    return float(total) / sum(len(row.completion) for row in ROWS)


def _our_gradient() -> Tensor:
    """Cross-entropy per answer token plus the regulariser, by this project's own engine."""
    prompt = PROMPT.clone().requires_grad_()
    answers = [Answer(row, row.completion) for row in ROWS]
    total = PromptedModel(tiny_model(), "prefix").losses(prompt, answers).sum()
    loss = total / sum(len(row.completion) for row in ROWS)
    (gradient,) = torch.autograd.grad(loss, prompt)
    return gradient + _own_gradient()


def _own_gradient() -> Tensor:
    prompt = PROMPT.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(build_regularizer(REGULARIZER)(prompt).total, prompt)
    return gradient
