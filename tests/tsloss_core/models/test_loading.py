"""Base models load frozen, from safetensors alone."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from tests.support.tiny_models import CONFIGS, save_tiny_model, tiny_model, tiny_tokenizer
from tsloss_core.models import ModelNotLoadableError, load_base


class TestLoadBase:
    @pytest.mark.parametrize("name", CONFIGS)
    def test_the_weights_come_back_frozen(self, tmp_path: Path, name: str) -> None:
        base = load_base(str(save_tiny_model(tmp_path, name)))
        ids = torch.tensor([[5, 6, 7]])
        torch.testing.assert_close(base.model(ids).logits, tiny_model(name)(ids).logits)
        assert not base.model.training
        assert not any(parameter.requires_grad for parameter in base.model.parameters())

    def test_an_empty_folder_is_not_loadable(self, tmp_path: Path) -> None:
        with pytest.raises(ModelNotLoadableError):
            load_base(str(tmp_path))

    def test_pickled_weights_are_not_loadable(self, tmp_path: Path) -> None:
        save_tiny_model(tmp_path)
        (tmp_path / "model.safetensors").unlink()
        torch.save(tiny_model().state_dict(), tmp_path / "pytorch_model.bin")
        with pytest.raises(ModelNotLoadableError):
            load_base(str(tmp_path))


class LargestFloat32(TorchDispatchMode):
    """Notes the largest float32 tensor that any operation makes."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        made = func(*args, **(kwargs or {}))
        if isinstance(made, torch.Tensor) and made.dtype == torch.float32 and not made.is_meta:
            self.elements = max(self.elements, made.numel())
        return made


class TestBfloat16:
    def test_no_weight_passes_through_float32(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """transformers loads in threads, which the watch does not reach; here it does not."""
        monkeypatch.setenv("HF_DEACTIVATE_ASYNC_LOAD", "1")
        tiny_model(dtype=torch.bfloat16).save_pretrained(tmp_path)
        tiny_tokenizer().save_pretrained(tmp_path)
        with LargestFloat32() as watch:
            model = load_base(str(tmp_path), dtype="bfloat16").model
        assert {parameter.dtype for parameter in model.parameters()} == {torch.bfloat16}
        matrices = [parameter.numel() for parameter in model.parameters() if parameter.dim() == 2]
        assert watch.elements < min(matrices)
