"""What commands take where nothing else is given."""

from cli.defaults import MODEL_ID
from tsloss_core.models.bundled import BUNDLED_MODEL_ID


def test_the_model_is_the_bundled_one() -> None:
    assert MODEL_ID == BUNDLED_MODEL_ID
