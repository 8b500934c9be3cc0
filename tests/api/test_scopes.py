"""What each token opens: every route refuses whoever lacks its scope, before it reads anything."""

import pytest

from lending_core.access.clients import Scope
from lending_core.store.engine import Store
from tests.api.doors import Door, a_door, a_token

# Each route with the scope that opens it.
OPENS = {
    ("GET", "/house"): Scope.READ,
    ("POST", "/applications"): Scope.APPLY,
    ("GET", "/applications"): Scope.READ,
    ("GET", "/applications/{application_id}"): Scope.READ,
    ("GET", "/applications/{application_id}/offer"): Scope.READ,
    ("POST", "/applications/{application_id}/quotes"): Scope.READ,
    ("POST", "/applications/{application_id}/acceptance"): Scope.BORROW,
    ("POST", "/applications/{application_id}/draws"): Scope.BORROW,
    ("POST", "/applications/{application_id}/review"): Scope.APPLY,
    ("GET", "/applications/{application_id}/consents"): Scope.READ,
    ("PUT", "/applications/{application_id}/consents/{source}"): Scope.APPLY,
    ("DELETE", "/applications/{application_id}/consents/{source}"): Scope.APPLY,
    ("GET", "/loans/{loan_id}"): Scope.READ,
    ("GET", "/loans/{loan_id}/statement"): Scope.READ,
    ("GET", "/loans/{loan_id}/payoff"): Scope.READ,
    ("POST", "/loans/{loan_id}/payments"): Scope.PAY,
    ("GET", "/webhooks"): Scope.WEBHOOKS,
    ("POST", "/webhooks"): Scope.WEBHOOKS,
    ("POST", "/webhooks/{webhook_id}/secret"): Scope.WEBHOOKS,
    ("DELETE", "/webhooks/{webhook_id}"): Scope.WEBHOOKS,
}
A_PLACE = {"application_id": 1, "loan_id": 1, "webhook_id": 1, "source": "income"}


@pytest.fixture
def without(store: Store, door: Door) -> dict[Scope, Door]:
    """By scope, a token that has all but that one."""
    return {
        each: door.with_token(a_token(store, scopes=tuple(set(Scope) - {each}))) for each in Scope
    }


def test_every_route_refuses_a_token_that_has_every_scope_but_its_own(
    store: Store, without: dict[Scope, Door]
) -> None:
    answers = [
        without[scope].ask(method, path.format(**A_PLACE))
        for (method, path), scope in OPENS.items()
    ]

    assert [(each.status_code, each.json()["reason"]) for each in answers] == [
        (403, "api_scope")
    ] * len(OPENS)
    assert store.read("newest_event")["action"][0] == "api_client_changed"


def test_every_route_of_the_document_stands_here_with_the_scope_that_it_names(
    store: Store,
) -> None:
    document = a_door(store).web.get("/openapi.json").json()

    assert {route: [{"HTTPBearer": [scope.value]}] for route, scope in OPENS.items()} == {
        (method.upper(), path): operation["security"]
        for path, each in document["paths"].items()
        for method, operation in each.items()
    }
