"""A POST with an Idempotency-Key is carried out once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, update

from store.schema import File, IdempotentRequest, Job
from tests.api.experiments.conftest import EXPERIMENTS, Lab
from tests.api.support import JOBS, Door, jsonl, ok, refused

HEADER = "Idempotency-Key"


def _post(door: Door, key: str, **body: Any) -> Any:
    return door.client.post(JOBS, json={"model": "tiny", **body}, headers={HEADER: key})


def _edit(door: Door, **values: Any) -> None:
    """Make the project's request look as a crash leaves it."""
    with door.service.database.transaction() as session:
        session.execute(
            update(IdempotentRequest)
            .where(IdempotentRequest.project_id == door.project_id)
            .values(**values)
        )


LONG_AGO = {"created_at": func.clock_timestamp() - timedelta(minutes=5)}


class TestRepeat:
    def test_it_gets_the_first_answer_and_makes_no_second_job(self, door: Door) -> None:
        file_id = door.file()
        first = _post(door, "k", training_file=file_id)
        again = _post(door, "k", training_file=file_id)
        assert ok(again) == ok(first)
        assert again.headers["idempotent-replayed"] == "true"
        assert "idempotent-replayed" not in first.headers
        assert door.count(Job) == 1

    def test_many_at_once_make_one_job(self, door: Door) -> None:
        file_id = door.file()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: _post(door, "k", training_file=file_id), range(8)))
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert len({ok(answer)["id"] for answer in answers if answer.status_code == 200}) == 1
        assert door.count(Job) == 1

    def test_another_body_is_refused(self, door: Door) -> None:
        file_id = door.file()
        ok(_post(door, "k", training_file=file_id))
        refused(_post(door, "k", training_file=file_id, seed=5), 422, HEADER)
        assert door.count(Job) == 1

    def test_another_route_is_refused(self, door: Door) -> None:
        ok(_post(door, "k", training_file=door.file()))
        response = door.client.post("/v1/webhooks", json={}, headers={HEADER: "k"})
        refused(response, 422, HEADER)

    def test_an_upload_is_stored_once(self, door: Door) -> None:
        request = door.client.build_request(
            "POST", "/v1/files", data={"purpose": "fine-tune"},
            files={"file": ("a.jsonl", jsonl({"question": "1", "answer": "2"}))},
            headers={HEADER: "k"},
        )  # fmt: skip
        request.read()
        first, again = (door.client.send(request) for _ in range(2))
        assert ok(first) == ok(again)
        assert door.count(File) == 1

    def test_a_large_answer_is_given_again(self, door: Door) -> None:
        text = {"type": "text", "text": "\x01" * 10_000}  # JSON has six bytes for each.
        arms = [{"name": f"arm-{i}", "regularizer": {"type": "none"}} for i in range(20)]
        body = Lab(door).body(seeds=[0], arms=arms, soft_prompt={"init": text})
        first, again = (
            door.client.post(EXPERIMENTS, json=body, headers={HEADER: "k"}) for _ in range(2)
        )
        assert ok(first) == ok(again)
        assert len(again.content) > 20 * 6 * 10_000
        assert door.count(Job) == 20

    def test_another_project_may_use_the_same_key(self, door: Door, stranger: Door) -> None:
        ok(_post(door, "k", training_file=door.file()))
        ok(_post(stranger, "k", training_file=stranger.file()))

    def test_a_refused_request_may_be_corrected(self, door: Door) -> None:
        refused(_post(door, "k", training_file="file-none"), 404, "training_file")
        ok(_post(door, "k", training_file=door.file()))

    def test_a_secret_is_not_kept(self, door: Door) -> None:
        def make() -> Any:
            return door.client.post("/v1/keys", json={"name": "x"}, headers={HEADER: "k"})

        key = ok(make())["key"]
        assert "not told again" in refused(make(), 409)
        with door.service.database.transaction() as session:
            row = session.query(IdempotentRequest).filter_by(project_id=door.project_id).one()
            assert key.encode() not in (row.answer or b"")


class TestCrash:
    def test_while_it_is_carried_out_a_repeat_waits(self, door: Door) -> None:
        ok(_post(door, "k", training_file=door.file()))
        _edit(door, status=None, committed=False)
        response = _post(door, "k", training_file="file-x")
        refused(response, 409)
        assert response.headers["retry-after"] == "1"
        assert "x-should-retry" not in response.headers

    def test_one_that_changed_nothing_is_carried_out_by_the_repeat(self, door: Door) -> None:
        file_id = door.file()
        ok(_post(door, "k", training_file=file_id))
        _edit(door, status=None, committed=False, **LONG_AGO)
        ok(_post(door, "k", training_file=file_id))

    def test_one_that_was_committed_is_never_carried_out_again(self, door: Door) -> None:
        file_id = door.file()
        ok(_post(door, "k", training_file=file_id))
        _edit(door, status=None, committed=True, **LONG_AGO)
        refused(_post(door, "k", training_file=file_id), 409)
        assert door.count(Job) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a b"])
def test_what_is_no_key_is_refused(door: Door, key: str) -> None:
    refused(_post(door, key, training_file="file-x"), 422, HEADER)
