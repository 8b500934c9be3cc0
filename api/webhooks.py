"""Addresses of a mini-program that are told what happens to its borrowers."""

from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from api import answers
from api.bodies import NewWebhook
from api.callers import Listening
from api.words import Number
from lending_core.operations import webhooks
from lending_core.operations.webhooks import Address

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


@router.get("")
def listed(caller: Listening) -> answers.WebhookList:
    """The addresses, and how many messages wait for each."""
    found = webhooks.own_webhooks(caller.store, caller.actor, at=caller.at)
    return answers.WebhookList(
        webhooks=[answers.Webhook(**_told(row)) for row in found.rows(named=True)]
    )


@router.post("", status_code=201)
def made(caller: Listening, wanted: NewWebhook) -> answers.MadeWebhook:
    """Tells an address of the agreed origin from now on. The secret is shown here only. Messages
    are signed as Standard Webhooks says; one may come twice, then with the same `webhook-id`."""
    address = Address(wanted.url, tuple(dict.fromkeys(wanted.kinds)))
    webhook_id, secret = webhooks.open_webhook(caller.store, caller.client, address, at=caller.at)
    return answers.MadeWebhook(webhook_id=webhook_id, url=wanted.url, secret=secret)


@router.post("/{webhook_id}/secret", status_code=201)
def changed(caller: Listening, webhook_id: Annotated[Number, Path()]) -> answers.NewSecret:
    """Another secret for the address, shown here only. For a day messages carry a signature of
    either, apart by a space: take those that fit one of them, and none is lost."""
    secret = webhooks.change_own_secret(caller.store, caller.actor, webhook_id, at=caller.at)
    return answers.NewSecret(webhook_id=webhook_id, secret=secret)


@router.delete("/{webhook_id}", status_code=204)
def ended(caller: Listening, webhook_id: Annotated[Number, Path()]) -> Response:
    """Tells the address no more."""
    webhooks.close_webhook(caller.store, caller.actor, webhook_id, at=caller.at)
    return Response(status_code=204)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "made_at": row["recorded_at"].replace(tzinfo=UTC)}
