"""A worker tells a receiver of the end of a job, and the stock client believes it."""

import http.server
import threading
from collections.abc import Iterator

import pytest
from openai import OpenAI

from tests.support.polling import wait_for
from tests.support.running import Client

Message = tuple[dict[str, str], bytes]
ENDED = "fine_tuning.job.succeeded"


@pytest.fixture
def received() -> Iterator[tuple[str, list[Message]]]:
    """A receiver's address and what it gets; it fails the first time."""
    got: list[Message] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((dict(self.headers), body))
            self.send_response(500 if len(got) == 1 else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", got
    server.shutdown()
    server.server_close()


class TestWebhook:
    def test_a_message_that_failed_is_sent_again_signed_anew(
        self, client: Client, received: tuple[str, list[Message]]
    ) -> None:
        url, got = received
        hook = client.http.post("/v1/webhooks", json={"url": url, "events": [ENDED]}).json()
        job = client.finish(client.create()["id"])
        wait_for(lambda: len(got) >= 2, "the second try")
        receiver = OpenAI(api_key="none", webhook_secret=hook["secret"])
        events = [receiver.webhooks.unwrap(body, headers) for headers, body in got[:2]]
        first, second = events
        assert first == second
        assert (first.type, first.data.id) == (ENDED, job["id"])
        before, after = (headers for headers, _ in got[:2])
        assert before["webhook-id"] == after["webhook-id"]
        assert int(before["webhook-timestamp"]) < int(after["webhook-timestamp"])
        assert before["webhook-signature"] != after["webhook-signature"]

        def delivered() -> bool:
            page = client.http.get(f"/v1/webhooks/{hook['id']}/deliveries").json()
            return {"delivered"} & {delivery["state"] for delivery in page["data"]} != set()

        wait_for(delivered, "the delivery to be noted")
