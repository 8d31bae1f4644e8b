"""Locations of pydantic in the words of the request."""

from typing import Any, get_args

import pytest
from pydantic import BaseModel

from api.field_paths import TAGGED_FIELDS, field_path
from tsloss_core import spec as settings
from tsloss_core.spec import SoftPromptSpec
from tsloss_core.spec.base import Spec

TEXT = {"init": {"type": "text", "text": 5}}


@pytest.mark.parametrize(
    ("location", "body", "path"),
    [
        (("body",), [], None),
        (("body", "model"), {}, "model"),
        (("body", "init", "text", "text"), TEXT, "init.text"),
        (("body", "init", "text", "text"), {"init": {"type": "text"}}, "init.text"),
        (("body", "init"), {"init": {"type": "x"}}, "init"),
        (("body", "soft_prompt", "soft_prompt"), {"soft_prompt": {"type": "soft_prompt"}},
         "soft_prompt.soft_prompt"),
        (("body", "n_epochs", "constrained-int"), {"n_epochs": 0}, "n_epochs"),
        (("body", "metadata", "a.b", "[key]"), {"metadata": {"a.b": "x"}}, "metadata.a.b"),
        (("body", "choices", 1), {"choices": ["a", 2]}, "choices.1"),
        (("query", "limit"), None, "limit"),
    ],
)  # fmt: skip
def test_paths(location: tuple[int | str, ...], body: Any, path: str | None) -> None:
    assert field_path(location, body) == path


def test_every_tagged_field_of_a_job_is_known() -> None:
    assert _tagged(SoftPromptSpec) == TAGGED_FIELDS
    assert settings.AnalysisSettings.model_fields.keys().isdisjoint(TAGGED_FIELDS)


def _tagged(model: type[BaseModel]) -> set[str]:
    names = set()
    for name, field in model.model_fields.items():
        if field.discriminator is not None:
            names.add(name)
        for member in [field.annotation, *get_args(field.annotation)]:
            if isinstance(member, type) and issubclass(member, Spec):
                names |= _tagged(member)
    return names
