"""Webhooks: create, list, delete; what was sent to each."""

from collections.abc import Iterator, Sequence

from tsloss_client.objects import Deleted, Delivery, NewWebhook, Webhook
from tsloss_client.transport import Transport

PATH = "/v1/webhooks"
PAGE = 100


class Webhooks:
    """The webhooks of the key's project."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, url: str, events: Sequence[str] | None = None) -> NewWebhook:
        """Ask for a signed message at the end of each job; all `events` if none are named.

        The answer is the only place where the secret is told.
        """
        body = {"url": url} if events is None else {"url": url, "events": list(events)}
        return self._transport.post(PATH, NewWebhook, body)

    def list(self) -> Iterator[Webhook]:
        """Yield the webhooks, newest first."""
        return self._transport.get_pages(PATH, Webhook, {"limit": PAGE})

    def deliveries(self, webhook_id: str) -> Iterator[Delivery]:
        """Yield what was sent to a webhook, newest first."""
        path = f"{PATH}/{webhook_id}/deliveries"
        return self._transport.get_pages(path, Delivery, {"limit": PAGE})

    def delete(self, webhook_id: str) -> Deleted:
        """Delete a webhook. Nothing more is sent to it."""
        return self._transport.delete(PATH, webhook_id)
