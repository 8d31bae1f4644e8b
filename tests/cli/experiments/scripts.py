"""Answers about an experiment that a real service gives at unlucky moments alone."""

from typing import Any

from api.experiments.examples import EXPERIMENT, REPORT
from tests.support.scripted_service import Answer, refusal

NONE_LEFT = refusal(409, "conflict")
"""No job of the experiment is in the state that was meant."""


def experiment(status: str = "running", **fields: Any) -> Answer:
    """Return an experiment of three seeds."""
    return 200, {}, {**EXPERIMENT, "status": status, **fields}


def page(*members: Any) -> Answer:
    """Return a list in one piece."""
    return 200, {}, {"object": "list", "data": [*members], "has_more": False}


def report(*missing: Any) -> Answer:
    """Return the report of an experiment in which these runs did not succeed.

    No other did: their analyses would be waited for.
    """
    results = {**REPORT["results"], "succeeded_runs": 0, "missing_runs": [*missing]}
    return 200, {}, {**REPORT, "results": results}


_FILE: Answer = (
    200,
    {},
    {
        "id": "file-1", "bytes": 2, "created_at": 0, "filename": "a.jsonl", "purpose": "fine-tune",
        "rows": 1,
    },
)  # fmt: skip
MADE = (page(), _FILE, _FILE, experiment())
"""What is answered until an experiment of one task is made: that there is none, two uploads."""
