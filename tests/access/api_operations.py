"""Operations behind the HTTP interface, with calls that are complete but for the right to make
them."""

from collections.abc import Callable

from lending_core.access.clients import Scope
from lending_core.access.permissions import Actor, Permission
from lending_core.operations import (
    api_clients,
    own_applications,
    sources,
    webhook_care,
    webhooks,
)
from lending_core.operations.drawing import Wish
from lending_core.store.engine import Store
from tests.builders import AT, ID_NUMBER

Call = Callable[[Store, Actor], object]

A_TOKEN = api_clients.TokenOrder("mini", (Scope.READ,), 1)
A_WISH = Wish(50_000, 5, "equal_principal")

# By the right that each needs.
API_OPERATIONS: dict[Permission, tuple[Call, ...]] = {
    Permission.MANAGE_ACCOUNTS: (
        lambda store, who: api_clients.open_client(store, who, "mini", at=AT),
        lambda store, who: api_clients.make_token(store, who, A_TOKEN, at=AT),
        lambda store, who: api_clients.revoke_token(store, who, 99, at=AT),
        lambda store, who: api_clients.clients(store, who),
        lambda store, who: api_clients.tokens(store, who),
        lambda store, who: webhook_care.addresses(store, who, at=AT),
        lambda store, who: webhook_care.messages(store, who, 1, at=AT),
        lambda store, who: webhook_care.pause_webhook(store, who, 1, is_paused=True, at=AT),
        lambda store, who: webhook_care.send_again(store, who, 1, 1, at=AT),
        lambda store, who: webhook_care.change_secret(store, who, 1, at=AT),
    ),
    Permission.SUBMIT_APPLICATION: (
        lambda store, who: sources.answers_of(store, who, "person", ID_NUMBER),
    ),
    Permission.VIEW_OWN_APPLICATIONS: (
        lambda store, who: own_applications.own_applications(store, who),
        lambda store, who: webhooks.own_webhooks(store, who, at=AT),
        lambda store, who: webhooks.change_own_secret(store, who, 1, at=AT),
        lambda store, who: webhooks.close_webhook(store, who, 1, at=AT),
        lambda store, who: own_applications.own_case(store, who, 1),
        lambda store, who: own_applications.own_decision(store, who, 1),
        lambda store, who: own_applications.own_room(store, who, 1),
        lambda store, who: own_applications.own_quote(store, who, 1, A_WISH),
        lambda store, who: own_applications.own_line(store, who, 1),
        lambda store, who: own_applications.own_loan(store, who, 1),
        lambda store, who: own_applications.own_events(store, who, 1),
        lambda store, who: own_applications.own_consents(store, who, 1),
        lambda store, who: own_applications.give_consent(store, who, 1, "bureau", at=AT),
        lambda store, who: own_applications.take_back_consent(store, who, 1, "bureau", at=AT),
    ),
}
