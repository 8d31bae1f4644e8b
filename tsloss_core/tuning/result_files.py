"""The files that a finished run leaves, as bytes by name."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from torch import Tensor

from tsloss_core.prompts import Recipe, export_peft, save_prompt
from tsloss_core.tuning.records import Evaluation


def result_files(
    prompt: Tensor,
    recipe: Recipe,
    config: Any,
    graded: tuple[Evaluation, Evaluation],
    steps: Sequence[Mapping[str, Any]],
) -> dict[str, bytes]:
    """Return the tuned prompt, the predictions before and after, and the steps as CSV.

    `prompt` is (n, d), `config` the base model's configuration, which the PEFT adapter of a prefix
    prompt names; `steps` are step metrics by name, in order.
    """
    before, after = graded
    files = {
        "soft_prompt.safetensors": save_prompt(prompt, recipe),
        "predictions_before.jsonl": predictions_jsonl(before),
        "predictions_after.jsonl": predictions_jsonl(after),
        "step_metrics.csv": steps_csv(steps),
    }
    if recipe.placement == "prefix":
        files["adapter.zip"] = export_peft(prompt, recipe, config)
    return files


def predictions_jsonl(evaluation: Evaluation) -> bytes:
    """Return one line of JSON per graded row."""
    lines = [json.dumps(asdict(prediction)) for prediction in evaluation.predictions]
    return "".join(f"{line}\n" for line in lines).encode()


def steps_csv(steps: Sequence[Mapping[str, Any]]) -> bytes:
    """Return one line per step, one column per value, the terms flattened as `terms.h0`."""
    rows = [_flat(step) for step in steps]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else ["step"])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _flat(step: Mapping[str, Any]) -> dict[str, Any]:
    terms = {f"terms.{name}": value for name, value in step["terms"].items()}
    return {**{name: value for name, value in step.items() if name != "terms"}, **terms}
