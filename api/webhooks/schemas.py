"""Webhooks as clients send and see them."""

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from api.schemas import RequestModel, unix, unix_or_none
from store.schema import Delivery, Webhook

WebhookEvent = Literal[
    "fine_tuning.job.succeeded",
    "fine_tuning.job.failed",
    "fine_tuning.job.cancelled",
    "analysis.succeeded",
    "analysis.failed",
    "analysis.cancelled",
]


ALL_EVENTS: tuple[WebhookEvent, ...] = get_args(WebhookEvent)


LONGEST_ADDRESS = 2048
_HOST = (
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
    r"|\[(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){7}"
    r"|(?:[0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|::[0-9A-Fa-f]{1,4})\])"
)
_PORT = (
    r"(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}"
    r"|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
)
ADDRESS = rf"^https?://{_HOST}{_PORT}(?:[/?][!-~]*)?$"
"""No user, no password, no port that is none."""


def _an_address(url: str) -> str:
    if not re.fullmatch(ADDRESS, url):
        raise ValueError("an address such as https://host:port/path is wanted, without a user")
    return url


Address = Annotated[
    str,
    StringConstraints(max_length=LONGEST_ADDRESS),
    AfterValidator(_an_address),
    Field(json_schema_extra={"pattern": ADDRESS}),
]


class CreateWebhook(RequestModel):
    """Where to send what. Addresses are looked up, and private ones refused, at each delivery."""

    url: Address
    events: list[WebhookEvent] = Field(list(ALL_EVENTS), min_length=1, max_length=len(ALL_EVENTS))


class WebhookObject(BaseModel):
    """A webhook. `disabled_at` tells since when its receiver is gone (it answered 410)."""

    id: str
    object: Literal["webhook"] = "webhook"
    url: str
    events: list[str]
    created_at: int
    disabled_at: int | None


class NewWebhookObject(WebhookObject):
    """A new webhook, with the secret that verifies its messages. It is told once."""

    secret: str


class DeliveryObject(BaseModel):
    """A message to a webhook. `id` is its `webhook-id` header, the same at every try."""

    id: str
    object: Literal["webhook.delivery"] = "webhook.delivery"
    event: str
    job_id: str
    state: Literal["waiting", "delivered", "failed"]
    tries: int
    next_try_at: int | None
    answer_status: int | None
    error: str | None
    created_at: int
    delivered_at: int | None


def webhook_object(row: Webhook) -> WebhookObject:
    """Return a webhook as its answer."""
    return WebhookObject.model_validate(_fields(row))


def new_webhook_object(row: Webhook, secret: str) -> NewWebhookObject:
    """Return a new webhook as its answer."""
    return NewWebhookObject.model_validate({**_fields(row), "secret": secret})


def delivery_object(row: Delivery) -> DeliveryObject:
    """Return a delivery as its answer."""
    return DeliveryObject(
        id=row.id,
        event=row.event,
        job_id=row.job_id,
        state=row.state,
        tries=row.tries,
        next_try_at=unix_or_none(row.due_at),
        answer_status=row.answer_status,
        error=row.error,
        created_at=unix(row.created_at),
        delivered_at=unix_or_none(row.delivered_at),
    )


def _fields(row: Webhook) -> dict[str, Any]:
    return {
        "id": row.id,
        "url": row.url,
        "events": row.events,
        "created_at": unix(row.created_at),
        "disabled_at": unix_or_none(row.disabled_at),
    }
