"""The interface over a small book, with two mini-programs and a clock that tests turn."""

import base64
import functools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from httpx import Response
from starlette.testclient import TestClient

from api.app import interface
from api.house import House
from lending_core.access.clients import Scope, actor_of
from lending_core.access.permissions import SYSTEM
from lending_core.identity import card_term
from lending_core.identity.id_number import check_digit, read_id_number
from lending_core.identity.specimen import (
    GOOD_LIGHT,
    BackFacts,
    CardFacts,
    draw_back,
    draw_card,
    photograph,
)
from lending_core.operations.api_clients import TokenOrder, make_token, open_client
from lending_core.operations.origination import submit_application
from lending_core.store.engine import Store
from tests.builders import AT, a_submission

OWN, OTHER = "huatai", "other"
WISH = {"amount_fen": 200_000, "instalments": 5, "method": "equal_principal"}
ISSUED_ON = date(2024, 5, 6)


def two_programs(store: Store) -> None:
    """Two mini-programs; the first has sent an application that was approved."""
    open_client(store, SYSTEM, OWN, "https://huatai.example", at=AT)
    open_client(store, SYSTEM, OTHER, at=AT)
    submit_application(store, actor_of(OWN), a_submission(), key="sent", at=AT)


@dataclass
class Clock:
    """The house's clock."""

    at: datetime = AT

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass(frozen=True)
class Door:
    """What a mini-program holds: the routes, its token's header, and the house's clock."""

    web: TestClient
    clock: Clock
    token: str

    def ask(self, method: str, path: str, **more: Any) -> Response:
        headers = {"authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.web.request(method, path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any, key: str = "", **more: Any) -> Response:
        headers = {"idempotency-key": key} if key else {}
        return self.ask("POST", path, json=body, headers=headers, **more)

    def with_token(self, token: str) -> "Door":
        return Door(self.web, self.clock, token)


def a_door(store: Store, code: str = OWN, scopes: tuple[Scope, ...] = tuple(Scope)) -> Door:
    """A mini-program at the door of this book."""
    clock = Clock()
    web = TestClient(interface(House(lambda: store, lambda: clock.at)))
    return Door(web, clock, a_token(store, code, scopes))


def a_token(store: Store, code: str = OWN, scopes: tuple[Scope, ...] = tuple(Scope)) -> str:
    return make_token(store, SYSTEM, TokenOrder(code, scopes, 30), at=AT)


def confirmed(door: Door, application_id: int = 1, **wish: Any) -> dict[str, Any]:
    """A quote that was read for long enough, as a confirmation."""
    asked = WISH | wish
    quoted = door.post(f"/applications/{application_id}/quotes", asked).json()
    door.clock.pass_by(seconds=quoted["min_read_seconds"])
    return {**asked, "cost_sheet_hash": quoted["cost_sheet_hash"], "quote": quoted["quote"]}


def accepted(door: Door, key: str = "accept-1") -> Response:
    """The first offer accepted: loan 1."""
    return door.post("/applications/1/acceptance", confirmed(door), key)


def an_application(**changes: Any) -> dict[str, Any]:
    """A person with a specimen card who asks for 8,000 yuan over ten months."""
    digits = "99999919880808" + "101"
    facts: dict[str, Any] = {
        "kind": "person",
        "name": "陈思远",
        "id_number": digits + check_digit(digits),
        "phone": "13800000077",
        "region_code": "44",
        "is_student": False,
        "product_code": "weilidai",
        "scenario": "decoration",
        "amount_fen": 800_000,
        "instalments": 10,
        "consents": ["bureau", "payment_behaviour", "tenure", "income"],
    }
    asked = {**facts, **changes}
    return {"card": photos(asked["name"], asked["id_number"]), **asked}


@functools.cache
def photos(name: str, id_number: str) -> dict[str, Any]:
    """Both sides of a specimen card in good light, as base64."""
    identity = read_id_number(id_number, on=AT.date())
    valid_to = card_term.valid_to(identity.birth_on, ISSUED_ON)
    sides = (
        draw_card(CardFacts(name, id_number, "样本路1号")),
        draw_back(BackFacts("样本市公安局", ISSUED_ON, valid_to)),
    )
    chance = np.random.default_rng(3)
    front, back = (
        base64.b64encode(photograph(side.resize((700, 441)), chance, GOOD_LIGHT)).decode()
        for side in sides
    )
    return {"front": front, "back": back, "confirmed": []}
