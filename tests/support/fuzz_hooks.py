"""What no schema can say to a fuzzer: contents of files, and ids that belong to something.

Schemathesis loads this module (SCHEMATHESIS_HOOKS). It changes only requests that are meant to be
valid; those that are meant to be wrong are sent as they were made.
"""

import json
import os
import zlib
from typing import Any

import schemathesis

IDS: dict[str, str] = json.loads(os.environ["TSLOSS_FUZZ_IDS"])
ROWS = '{"question": "2 + 2?", "answer": "4"}\n'
REAL = {
    "training_file": "file_id",
    "validation_file": "file_id",
    "point_cloud_file": "cloud_id",
    "fine_tuning_job": "job_id",
}
"""Fields of a body, and whose id makes sense there."""


@schemathesis.hook
def before_call(_: Any, case: Any, **__: Any) -> None:
    """Complete a request that is meant to be valid."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or not isinstance(case.body, dict):
        return
    if case.operation.label == "POST /v1/files":
        # The name of a point cloud tells its format, and the fuzzer calls every file "file".
        case.body.update(file=ROWS, purpose="fine-tune")
    elif _often(case.body):
        _name_real_things(case.body)


def _name_real_things(body: dict[str, Any]) -> None:
    for field, name in REAL.items():
        if body.get(field) is not None:
            body[field] = IDS[name]
    if "model" in body:
        # Nobody works on its jobs.
        body["model"] = "parked"


def _often(body: dict[str, Any]) -> bool:
    """Half of the bodies, the same ones at every run with a seed."""
    return zlib.crc32(json.dumps(body, sort_keys=True, default=str).encode()) % 2 == 0
