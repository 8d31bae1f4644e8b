"""Webhooks over HTTP, and the deliveries that the end of a job leaves."""

from typing import get_args

import pytest

from api.webhooks.schemas import WebhookEvent
from store.deliveries import EVENT_PREFIX
from tests.api.support import JOBS, Door, ok, refused

WEBHOOKS = "/v1/webhooks"
URL = "https://example.com/hook"


def test_the_events_are_those_that_the_store_announces() -> None:
    ends = ("succeeded", "failed", "cancelled")
    announced = {f"{prefix}.{end}" for prefix in EVENT_PREFIX.values() for end in ends}
    assert announced == set(get_args(WebhookEvent))


class TestCreate:
    def test_the_secret_is_told_once(self, door: Door) -> None:
        made = ok(door.client.post(WEBHOOKS, json={"url": URL}))
        assert made["secret"].startswith("whsec_")
        assert "secret" not in door.get(WEBHOOKS)["data"][0]

    @pytest.mark.parametrize(
        "url",
        ["", "ftp://example.com", "https://", "https://u:p@example.com", "http://a b", "x" * 3000,
         "https://example.com:99999", "https://example.com:0", "http://[::1"],
    )  # fmt: skip
    def test_what_is_no_address_is_refused(self, door: Door, url: str) -> None:
        refused(door.client.post(WEBHOOKS, json={"url": url}), 422, "url")

    def test_an_unknown_event_is_refused(self, door: Door) -> None:
        body = {"url": URL, "events": ["job.done"]}
        refused(door.client.post(WEBHOOKS, json=body), 422, "events.0")


class TestDeliveries:
    def test_the_end_of_a_job_waits_to_be_sent(self, door: Door) -> None:
        hook = ok(door.client.post(WEBHOOKS, json={"url": URL}))
        job = door.job()
        ok(door.client.post(f"{JOBS}/{job['id']}/cancel"))
        (delivery,) = door.get(f"{WEBHOOKS}/{hook['id']}/deliveries")["data"]
        assert delivery["event"] == "fine_tuning.job.cancelled"
        assert (delivery["job_id"], delivery["state"], delivery["tries"]) == (
            job["id"],
            "waiting",
            0,
        )

    def test_an_event_that_was_not_asked_for_is_not_sent(self, door: Door) -> None:
        body = {"url": URL, "events": ["fine_tuning.job.failed"]}
        hook = ok(door.client.post(WEBHOOKS, json=body))
        ok(door.client.post(f"{JOBS}/{door.job()['id']}/cancel"))
        assert door.get(f"{WEBHOOKS}/{hook['id']}/deliveries")["data"] == []


class TestDelete:
    def test_its_deliveries_go_too(self, door: Door) -> None:
        hook = ok(door.client.post(WEBHOOKS, json={"url": URL}))
        ok(door.client.post(f"{JOBS}/{door.job()['id']}/cancel"))
        ok(door.client.delete(f"{WEBHOOKS}/{hook['id']}"))
        refused(door.client.get(f"{WEBHOOKS}/{hook['id']}/deliveries"), 404)
