"""Base models of the catalogue. Tuned ones appear in tests of jobs and of strangers."""

import pytest

from store.tuned_models import add_tuned_model
from tests.api.support import Door, refused


def test_base_models_in_the_catalogues_order(door: Door) -> None:
    models = door.get("/v1/models")["data"]
    assert [model["id"] for model in models] == ["tiny", "other"]
    assert models[0]["object"] == "model"
    assert models[0]["max_virtual_tokens"] == 64


def test_where_weights_lie_is_not_told(door: Door) -> None:
    assert "nowhere" not in door.client.get("/v1/models/tiny").text


@pytest.mark.parametrize("model_id", ["gpt-4", "st:tiny::x", "st:", "..%2ftiny", "nowhere"])
def test_an_unknown_model_is_not_found(door: Door, model_id: str) -> None:
    refused(door.client.get(f"/v1/models/{model_id}"), 404)


def test_tuned_models_come_in_pages_after_the_base_models(door: Door) -> None:
    made = []
    for _ in range(2):
        with door.run(door.job()["id"]).transaction() as (session, job):
            made.append(add_tuned_model(session, job, f"{job.id}/prompt").id)
    first = door.get("/v1/models", limit=1)
    assert [model["id"] for model in first["data"]] == ["tiny", "other", made[1]]
    assert first["has_more"] is True
    second = door.get("/v1/models", limit=1, after=made[1])
    assert [model["id"] for model in second["data"]] == [made[0]]
    assert second["has_more"] is False
