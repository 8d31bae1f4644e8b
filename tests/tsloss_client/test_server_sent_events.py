"""Server-sent events are read as the standard says, however they are cut."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tsloss_client.server_sent_events import ServerSentEvent, read_events

texts = st.text(st.characters(exclude_characters="\r\n\x00"), min_size=1)


class TestReadEvents:
    @given(st.lists(st.tuples(texts, st.lists(texts, min_size=1), st.integers(1))))
    def test_what_was_written_is_read(self, told: list[tuple[str, list[str], int]]) -> None:
        lines = [
            line
            for name, data, number in told
            for line in (
                f"id: {number}", f"event: {name}", *(f"data: {part}" for part in data),
                ": beat", "",
            )
        ]  # fmt: skip
        read = list(read_events(lines))
        assert read == [
            ServerSentEvent(name, "\n".join(data), str(number)) for name, data, number in told
        ]

    @given(st.lists(st.text()))
    def test_anything_is_read_without_a_fault(self, lines: list[str]) -> None:
        assert all(event.data for event in read_events(lines)) or "data" in "".join(lines)

    def test_a_message_that_breaks_off_is_not_told(self) -> None:
        assert list(read_events(["data: 1", "", "data: 2"])) == [
            ServerSentEvent("message", "1", "")
        ]

    def test_the_last_id_holds_for_messages_without_one(self) -> None:
        read = read_events(["id: 7", "data: a", "", "data: b", ""])
        assert [event.id for event in read] == ["7", "7"]

    def test_heartbeats_are_passed_over(self) -> None:
        assert list(read_events([": heartbeat", "", ": heartbeat", ""])) == []

    def test_json_comes_through(self) -> None:
        value = {"a": "x: y", "b": [1]}
        (event,) = read_events([f"data: {json.dumps(value)}", ""])
        assert json.loads(event.data) == value
