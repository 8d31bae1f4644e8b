"""Webhooks: create, list, delete; what was sent to each."""

from fastapi import APIRouter

from api.dependencies import After, Limit, PathId, SessionDep, SettingsDep
from api.links import next_operations
from api.schemas import Deleted, ListOf, list_of
from api.security import ReaderDep, WriterDep
from api.webhooks.schemas import (
    CreateWebhook,
    DeliveryObject,
    NewWebhookObject,
    WebhookObject,
    delivery_object,
    new_webhook_object,
    webhook_object,
)
from store.webhooks import Webhooks

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


@router.post(
    "",
    responses=next_operations("webhook_id", "list_webhook_deliveries", "delete_webhook"),
)
def create_webhook(
    caller: WriterDep, session: SessionDep, settings: SettingsDep, request: CreateWebhook
) -> NewWebhookObject:
    """Ask for a signed message (Standard Webhooks) at the end of each job."""
    webhooks = Webhooks(session, caller.project_id)
    row, secret = webhooks.add(request.url, list(request.events), settings.operator_keys)
    return new_webhook_object(row, secret)


@router.get("")
def list_webhooks(
    caller: ReaderDep, session: SessionDep, after: After = None, limit: Limit = 20
) -> ListOf[WebhookObject]:
    """List webhooks, newest first."""
    return list_of(Webhooks(session, caller.project_id).page(after, limit), webhook_object)


@router.get("/{webhook_id}/deliveries")
def list_webhook_deliveries(
    caller: ReaderDep,
    session: SessionDep,
    webhook_id: PathId,
    after: After = None,
    limit: Limit = 20,
) -> ListOf[DeliveryObject]:
    """List what was sent to a webhook, newest first."""
    webhooks = Webhooks(session, caller.project_id)
    return list_of(webhooks.deliveries(webhook_id, after, limit), delivery_object)


@router.delete("/{webhook_id}")
def delete_webhook(caller: WriterDep, session: SessionDep, webhook_id: PathId) -> Deleted:
    """Delete a webhook. Nothing more is sent to it."""
    Webhooks(session, caller.project_id).delete(webhook_id)
    return Deleted(id=webhook_id, object="webhook")
