"""Answers about an experiment that a real service gives at unlucky moments alone."""

from typing import Any

from api.experiments.examples import EXPERIMENT
from tests.support.scripted_service import Answer, refusal

NONE_LEFT = refusal(409, "conflict")
"""No job of the experiment is in the state that was meant."""


def experiment(status: str = "running", **fields: Any) -> Answer:
    """Return an experiment of three seeds."""
    return 200, {}, {**EXPERIMENT, "status": status, **fields}


def page(*members: Any) -> Answer:
    """Return a list in one piece."""
    return 200, {}, {"object": "list", "data": [*members], "has_more": False}
