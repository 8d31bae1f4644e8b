"""What is to be sent to webhooks: noted in the transaction that ends a job, sent by a worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store.clock import database_time
from store.ids import new_id
from store.pages import Page, read_page
from store.schema import Delivery, Job, Webhook
from store.text import storable

EVENT_PREFIX = {"tuning": "fine_tuning.job", "analysis": "analysis"}
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600)
)
"""Between the tries of a delivery; after the last it has failed."""

GONE = 410
KEPT = timedelta(days=30)
"""How long a delivery that has ended can be looked at."""

_WEBHOOKS = "enabled_webhooks"
_IN_HAND = timedelta(minutes=2)
_LONGEST_ERROR = 255


def announce(session: Session, job: Job) -> None:
    """Note a delivery for each webhook of the job's project that asked for this end."""
    event = f"{EVENT_PREFIX[job.kind]}.{job.status}"
    for webhook in _enabled_webhooks(session, job.project_id):
        if event in webhook.events:
            session.add(
                Delivery(
                    id=new_id("msg"),
                    webhook_id=webhook.id,
                    job_id=job.id,
                    event=event,
                    payload={"id": job.id},
                    due_at=database_time(session),
                )
            )


def _enabled_webhooks(session: Session, project_id: str) -> Sequence[Webhook]:
    """A project's webhooks, read once in a session: it may end thousands of jobs."""
    known: dict[str, Sequence[Webhook]] = session.info.setdefault(_WEBHOOKS, {})
    if project_id not in known:
        query = select(Webhook).where(
            Webhook.project_id == project_id, Webhook.disabled_at.is_(None)
        )
        # Not flushed before it: the job that ends is in the middle of its change.
        found = session.scalars(query, execution_options={"autoflush": False})
        known[project_id] = found.all()
    return known[project_id]


@dataclass(frozen=True)
class Parcel:
    """A delivery in hand: where it goes, what it says, and the sealed secret that signs it."""

    delivery_id: str
    url: str
    sealed_secret: bytes
    event: str
    payload: dict[str, Any]
    created_at: float


def next_parcel(session: Session) -> Parcel | None:
    """Take the delivery that is due longest. If its sender is lost, it is due again in a while."""
    row = session.execute(
        select(Delivery, Webhook)
        .join(Webhook, Webhook.id == Delivery.webhook_id)
        .where(Delivery.state == "waiting", Delivery.due_at <= func.clock_timestamp())
        .order_by(Delivery.due_at)
        .limit(1)
        .with_for_update(of=Delivery, skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    delivery, webhook = row
    delivery.tries += 1
    delivery.due_at = func.clock_timestamp() + _IN_HAND
    return Parcel(
        delivery.id, webhook.url, webhook.sealed_secret, delivery.event, delivery.payload,
        delivery.created_at.timestamp(),
    )  # fmt: skip


def note_answer(session: Session, delivery_id: str, status: int | None, error: str | None) -> None:
    """Store how a try went, and when the next one is due if it must be.

    A delivery whose webhook was deleted meanwhile is gone; then there is nothing to store.
    """
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        return
    delivery.answer_status = status
    delivery.error = None if error is None else storable(error)[:_LONGEST_ERROR]
    if status is not None and 200 <= status < 300:
        _close(delivery, "delivered")
        delivery.delivered_at = func.clock_timestamp()
    elif status == GONE:
        _disable(session, delivery)
    elif delivery.tries > len(PAUSES):
        _close(delivery, "failed")
    else:
        delivery.due_at = func.clock_timestamp() + PAUSES[delivery.tries - 1]


def _disable(session: Session, delivery: Delivery) -> None:
    """The receiver is gone: nothing more goes there."""
    webhook = session.get_one(Webhook, delivery.webhook_id)
    webhook.disabled_at = func.clock_timestamp()
    waiting = select(Delivery).where(Delivery.webhook_id == webhook.id, Delivery.state == "waiting")
    for other in session.scalars(waiting):
        _close(other, "failed")


def _close(delivery: Delivery, state: str) -> None:
    delivery.state = state
    delivery.due_at = None


def page_of(session: Session, webhook: Webhook, after: str | None, limit: int) -> Page[Delivery]:
    """Return a page of a webhook's deliveries, newest first."""
    query = select(Delivery).where(Delivery.webhook_id == webhook.id)
    return read_page(session, query, Delivery, after, limit)


def forget_ended_deliveries(session: Session) -> None:
    """Remove what was delivered, or has failed, and is older than `KEPT`."""
    old = Delivery.created_at < func.clock_timestamp() - KEPT
    session.execute(delete(Delivery).where(Delivery.state != "waiting", old))
