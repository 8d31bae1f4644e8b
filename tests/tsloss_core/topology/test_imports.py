"""What topology loads: never gudhi, whose import loads GPL modules, unless it is needed."""

import subprocess
import sys

import pytest

HEAVY = {"gudhi", "torch", "transformers"}
CODE = {
    "importing": "import tsloss_core.topology",
    "pairing": "from tsloss_core.topology import vietoris_rips; vietoris_rips([[0.], [1.]])",
}
TRAINING = """
import torch
from tsloss_core.regularizers import build_regularizer
build_regularizer({"type": "persistence"})(torch.randn(8, 4))
import tsloss_core.tuning
"""


class TestImports:
    @pytest.mark.parametrize("what", CODE)
    def test_topology_loads_neither_gudhi_nor_torch(self, what: str) -> None:
        assert _loaded_by(CODE[what]).isdisjoint(HEAVY)

    def test_training_never_loads_gudhi(self) -> None:
        assert "gudhi" not in _loaded_by(TRAINING)


def _loaded_by(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint(*{HEAVY} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())
