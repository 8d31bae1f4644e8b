"""The client reads what the interface's document promises, under the same names."""

import json
from pathlib import Path
from typing import Any

import pytest

from tsloss_client import objects

SCHEMAS: dict[str, Any] = json.loads(Path("docs/openapi.json").read_text("utf-8"))["components"][
    "schemas"
]
PAIRS = {
    objects.File: "FileObject",
    objects.Model: "ModelObject",
    objects.Job: "JobObject",
    objects.JobError: "JobError",
    objects.Analysis: "AnalysisObject",
    objects.Experiment: "ExperimentObject",
    objects.ExperimentJobs: "ExperimentJobs",
    objects.Event: "EventObject",
    objects.Checkpoint: "CheckpointObject",
    objects.Step: "StepObject",
    objects.Statistics: "StatisticsObject",
    objects.Estimate: "EstimateObject",
    objects.Diagram: "DiagramObject",
    objects.Figure: "FigureObject",
    objects.Webhook: "WebhookObject",
    objects.NewWebhook: "NewWebhookObject",
    objects.Delivery: "DeliveryObject",
    objects.Deleted: "Deleted",
}


@pytest.mark.parametrize(("kind", "schema"), PAIRS.items(), ids=str)
class TestObjects:
    def test_every_field_is_promised(self, kind: type[objects.Answer], schema: str) -> None:
        assert kind.model_fields.keys() <= SCHEMAS[schema]["properties"].keys()

    def test_what_may_be_null_may_be_none(self, kind: type[objects.Answer], schema: str) -> None:
        read = kind.model_json_schema()["properties"]
        for name in kind.model_fields:
            assert _nullable(SCHEMAS[schema]["properties"][name]) <= _nullable(read[name]), name


def _nullable(schema: dict[str, Any]) -> bool:
    return {"type": "null"} in schema.get("anyOf", [])
