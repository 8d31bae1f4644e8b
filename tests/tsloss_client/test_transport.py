"""What the client sends again, and for how long."""

from contextlib import ExitStack

import pytest

from cli.embedded.ports import free_port
from tests.support.scripted_service import refusal, scripted_service
from tsloss_client import Client, RefusedError, UnreachableError, transport

FILE = {
    "id": "file-1", "bytes": 2, "created_at": 0, "filename": "a.jsonl", "purpose": "fine-tune",
    "rows": 1,
}  # fmt: skip
DONE = (200, {}, FILE)
AWAY = refusal(504, "", **{"Retry-After": "0"})
IN_FLIGHT = refusal(409, "request_in_flight", **{"Retry-After": "0"})


class TestRepeat:
    def test_an_upload_that_found_the_service_away_is_sent_again_byte_for_byte(self) -> None:
        with scripted_service(AWAY, DONE) as script, Client(script.url, "tsl_x") as client:
            assert client.files.upload(b"{}", "a.jsonl").id == "file-1"
        first, again = script.sent
        assert again == first
        assert b"{}" in first.body

    def test_two_uploads_are_two_requests(self) -> None:
        with scripted_service(DONE) as script, Client(script.url, "tsl_x") as client:
            for _ in range(2):
                client.files.upload(b"{}", "a.jsonl")
        first, second = script.sent
        assert first.headers["Idempotency-Key"] != second.headers["Idempotency-Key"]

    def test_while_the_first_try_is_carried_out_it_waits_for_its_answer(self) -> None:
        answers = (AWAY, *[IN_FLIGHT] * 5, DONE)
        with scripted_service(*answers) as script, Client(script.url, "tsl_x") as client:
            assert client.files.upload(b"{}", "a.jsonl").id == "file-1"
        assert len(script.sent) == 7

    def test_it_does_not_wait_for_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(transport, "IN_FLIGHT_SECONDS", 0.2)
        with (
            scripted_service(IN_FLIGHT) as script,
            Client(script.url, "tsl_x") as client,
            pytest.raises(RefusedError, match="request_in_flight"),
        ):
            client.files.upload(b"{}", "a.jsonl")
        assert len(script.sent) > 1

    def test_any_other_conflict_is_told_at_once(self) -> None:
        with (
            scripted_service(refusal(409, "conflict"), DONE) as script,
            Client(script.url, "tsl_x") as client,
            pytest.raises(RefusedError, match="conflict"),
        ):
            client.jobs.cancel("ftjob-1")
        assert len(script.sent) == 1

    def test_a_deletion_whose_first_answer_was_lost_is_done(self) -> None:
        gone = refusal(404, "not_found")
        with scripted_service(AWAY, gone) as script, Client(script.url, "tsl_x") as client:
            deleted = client.jobs.delete("ftjob-1")
        assert (deleted.id, deleted.deleted) == ("ftjob-1", True)
        assert [sent.path for sent in script.sent] == ["/v1/fine_tuning/jobs/ftjob-1"] * 2

    def test_a_deletion_of_what_never_was_is_refused(self) -> None:
        with (
            scripted_service(refusal(404, "not_found")) as script,
            Client(script.url, "tsl_x") as client,
            pytest.raises(RefusedError, match="not_found"),
        ):
            client.jobs.delete("ftjob-1")

    def test_nor_does_a_service_that_was_not_reached_first_make_it_done(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port, gone = free_port(), refusal(404, "not_found")
        with ExitStack() as stack, Client(f"http://127.0.0.1:{port}", "tsl_x") as client:

            def start(*_: object) -> float:
                stack.enter_context(scripted_service(gone, port=port))
                return 0.0

            monkeypatch.setattr(transport, "wait_before", start)
            with pytest.raises(RefusedError, match="not_found"):
                client.jobs.delete("ftjob-1")

    def test_a_service_that_stays_away_is_told_after_three_tries(self) -> None:
        with (
            scripted_service(AWAY) as script,
            Client(script.url, "tsl_x") as client,
            pytest.raises(UnreachableError),
        ):
            client.jobs.cancel("ftjob-1")
        assert len(script.sent) == 3
