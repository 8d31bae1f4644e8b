"""What importing the application costs."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "peft", "gudhi", "numba", "scipy", "matplotlib", "accelerate")


@pytest.mark.parametrize("module", ["api.app", "api.openapi"])
def test_it_loads_no_machine_learning_library(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
