"""What the tests of the tuning engine share."""

import pytest
import torch


@pytest.fixture
def honest_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models of transformers norm in float32 whatever their dtype; here in float64."""
    monkeypatch.setattr(torch, "float32", torch.float64)
    monkeypatch.setattr(torch.Tensor, "float", torch.Tensor.double)
