"""Base models load frozen, from safetensors alone."""

from pathlib import Path

import pytest
import torch

from tests.support.tiny_models import CONFIGS, save_tiny_model, tiny_model
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
