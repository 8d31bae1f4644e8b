"""PEFT reads an exported prompt as it stands here."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import torch
from peft import PeftModel

from tests.support.rendered import plain_losses, token_rows
from tests.support.tiny_models import tiny_model, tiny_prompt, tiny_recipe, tiny_tokenizer
from tsloss_core.prompts import apply_prompt, export_peft

PROMPT = tiny_prompt(1, scale=1)


class TestExportPeft:
    def test_peft_loads_it_and_gives_the_same_loss(self, tmp_path: Path) -> None:
        model = tiny_model()
        data = export_peft(PROMPT, tiny_recipe(), model.config)
        zipfile.ZipFile(BytesIO(data)).extractall(tmp_path)
        (row, *_) = token_rows()
        ours = plain_losses(model, PROMPT, [row], "prefix")[0]
        peft = PeftModel.from_pretrained(tiny_model(), tmp_path)
        ids = torch.tensor([row.context + row.rest + row.completion])
        labels = ids.clone()
        labels[:, : -len(row.completion)] = -100
        theirs = peft(input_ids=ids, labels=labels).loss * len(row.completion)
        torch.testing.assert_close(theirs, ours, rtol=1e-5, atol=1e-5)

    def test_peft_gives_the_same_logits(self, tmp_path: Path) -> None:
        recipe = tiny_recipe()
        zipfile.ZipFile(BytesIO(export_peft(PROMPT, recipe, tiny_model().config))).extractall(
            tmp_path
        )
        model, tokenizer = tiny_model(), tiny_tokenizer()
        embeddings = apply_prompt(model, tokenizer, "2+2=", PROMPT, recipe)
        ours = model(inputs_embeds=embeddings[None]).logits
        (row, *_) = token_rows()
        peft = PeftModel.from_pretrained(tiny_model(), tmp_path)
        theirs = peft(input_ids=torch.tensor([row.context + row.rest])).logits
        assert torch.equal(theirs, ours)

    def test_a_suffix_prompt_is_refused(self) -> None:
        with pytest.raises(ValueError, match="PEFT"):
            export_peft(PROMPT, tiny_recipe("suffix"), tiny_model().config)
