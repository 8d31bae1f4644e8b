"""Webhooks of a project."""

import base64
import secrets
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from store.deliveries import page_of
from store.errors import LimitError, NotFoundError
from store.ids import new_id
from store.pages import Page, read_page
from store.projects import hold_project
from store.schema import Delivery, Webhook
from store.seal import reseal, seal

MAX_WEBHOOKS = 20
_SECRET_BYTES = 32


def reseal_secrets(session: Session, seal_keys: Sequence[str]) -> int:
    """Seal under the first of `seal_keys` what an earlier one sealed; return how many that were.

    Raises cryptography's InvalidToken for one that none of them has sealed.
    """
    moved = 0
    for webhook in session.scalars(select(Webhook).with_for_update()):
        sealed = reseal(webhook.sealed_secret, seal_keys)
        if sealed is not None:
            webhook.sealed_secret = sealed
            moved += 1
    return moved


class Webhooks:
    """The webhooks that one project sees."""

    def __init__(self, session: Session, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    def add(self, url: str, events: list[str], seal_keys: Sequence[str]) -> tuple[Webhook, str]:
        """Store a webhook; return it and its signing secret, which no one sees again.

        The secret reads `whsec_` and base64, as Standard Webhooks has it. Raises LimitError.
        """
        hold_project(self._session, self._project_id)
        query = select(func.count()).where(Webhook.project_id == self._project_id)
        count = self._session.scalar(query) or 0
        if count >= MAX_WEBHOOKS:
            raise LimitError("webhooks of the project", MAX_WEBHOOKS, count)
        secret = secrets.token_bytes(_SECRET_BYTES)
        webhook = Webhook(
            id=new_id("whk"),
            project_id=self._project_id,
            url=url,
            events=events,
            sealed_secret=seal(secret, seal_keys),
        )
        self._session.add(webhook)
        self._session.flush()
        return webhook, "whsec_" + base64.b64encode(secret).decode()

    def get(self, webhook_id: str) -> Webhook:
        """Return a webhook. Raises NotFoundError."""
        webhook = self._session.scalar(self._scoped().where(Webhook.id == webhook_id))
        if webhook is None:
            raise NotFoundError("webhook", webhook_id)
        return webhook

    def page(self, after: str | None, limit: int) -> Page[Webhook]:
        """Return a page of webhooks, newest first."""
        return read_page(self._session, self._scoped(), Webhook, after, limit)

    def deliveries(self, webhook_id: str, after: str | None, limit: int) -> Page[Delivery]:
        """Return a page of what was sent to a webhook, newest first. Raises NotFoundError."""
        return page_of(self._session, self.get(webhook_id), after, limit)

    def delete(self, webhook_id: str) -> None:
        """Remove a webhook and its deliveries. Raises NotFoundError."""
        self._session.delete(self.get(webhook_id))

    def _scoped(self) -> Select[Webhook]:
        return select(Webhook).where(Webhook.project_id == self._project_id)
