"""News of borrowers: signed, tried again, sent once, and refused when they come twice."""

import json

import pytest

from api.deliveries import Messenger
from api.house import House
from examples.mini_program import Receiver, Refused
from lending_core.access.clients import api_rules
from lending_core.store.engine import Store
from tests.api.doors import OTHER, Door, a_door, accepted
from tests.api.postbox import NEWS, Postbox, apply, told
from tests.builders import AT


def test_news_are_signed_come_once_and_name_nobody(
    store: Store, listening: Door, postbox: Postbox, messenger: Messenger
) -> None:
    secret = told(listening, postbox)
    apply(store)

    sent = [messenger.round(), messenger.round()]

    [(headers, body)] = postbox.came
    assert sent == [1, 0]
    assert json.loads(body) == {
        "type": "application.decided",
        "timestamp": "2026-11-01T02:00:00+00:00",
        "data": {"application_id": 2},
    }
    assert Receiver(secret).check(headers, body, AT.timestamp())


def test_a_message_that_was_caught_is_worth_nothing(
    store: Store, listening: Door, postbox: Postbox, messenger: Messenger
) -> None:
    secret = told(listening, postbox)
    apply(store)
    messenger.round()
    [(headers, body)] = postbox.came
    now = AT.timestamp()
    receiver = Receiver(secret)

    assert receiver.check(headers, body, now)
    assert not receiver.check(headers, body, now + 1)
    assert refused(secret, headers, body, now + 301) == "the message is not from now"
    assert refused(secret, headers, body + " ", now) == "the signature is not the house's"
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        unsigned = {each: said for each, said in headers.items() if each != name}
        assert refused(secret, unsigned, body, now) == "the signature is not the house's"
    foreign = headers | {"webhook-signature": "v1,é"}
    assert refused(secret, foreign, body, now) == "the signature is not the house's"
    renumbered = headers | {"webhook-id": "msg_1_999"}
    redated = headers | {"webhook-timestamp": headers["webhook-timestamp"] + "0"}
    assert refused(secret, renumbered, body, now) == "the signature is not the house's"
    assert refused(secret, redated, body, now) == "the signature is not the house's"


def refused(secret: str, headers: dict[str, str], body: str, now: float) -> str:
    with pytest.raises(Refused) as refusal:
        Receiver(secret).check(headers, body, now)
    return str(refusal.value)


def test_what_does_not_arrive_is_tried_again_after_growing_waits_and_then_given_up(
    store: Store, listening: Door, postbox: Postbox, messenger: Messenger
) -> None:
    told(listening, postbox)
    apply(store)
    postbox.status = 500
    waits = api_rules()["webhooks"]["waits_seconds"]

    first = messenger.round()
    later = [sent_around(messenger, listening, seconds) for seconds in waits]
    listening.clock.pass_by(days=2)

    assert (first, later) == (1, [(0, 1)] * len(waits))
    assert messenger.round() == 0
    assert len({headers["webhook-id"] for headers, _ in postbox.came}) == 1
    assert listening.get("/webhooks").json()["webhooks"][0]["given_up"] == 1


def sent_around(messenger: Messenger, door: Door, seconds: int) -> tuple[int, int]:
    """How much is sent a second before a wait is over, and when it is."""
    door.clock.pass_by(seconds=seconds - 1)
    before = messenger.round()
    door.clock.pass_by(seconds=1)
    return before, messenger.round()


def test_what_did_not_arrive_arrives_later_and_is_not_sent_again(
    store: Store, listening: Door, postbox: Postbox, messenger: Messenger
) -> None:
    told(listening, postbox)
    apply(store)
    postbox.status = 503
    messenger.round()
    postbox.status = 200
    listening.clock.pass_by(seconds=5)

    again = Messenger(House(lambda: store, lambda: listening.clock.at))

    assert [again.round(), again.round()] == [1, 0]
    address = listening.get("/webhooks").json()["webhooks"][0]
    assert (address["waiting"], address["delivered"], address["given_up"]) == (0, 1, 0)


def test_nobody_is_told_of_others_borrowers_or_after_the_end(
    store: Store, door: Door, listening: Door, postbox: Postbox, messenger: Messenger
) -> None:
    told(listening, postbox)
    accepted(door)
    of_others = messenger.round()
    ended = listening.ask("DELETE", "/webhooks/1")
    apply(store)

    assert (of_others, ended.status_code, messenger.round()) == (0, 204, 0)
    assert postbox.came == []


ELSEWHERE = (
    "https://elsewhere.example/news",
    "http://huatai.example/news",
    "https://huatai.example@evil.example/",
    "https://huatai.example.evil.example/",
    "https://huatai.example:8443/news",
    "file:///etc/passwd",
    "https://[::1/news",
)


def test_news_go_nowhere_but_to_the_origin_that_was_agreed(door: Door) -> None:
    refused = [door.post("/webhooks", {"url": url, "kinds": NEWS}) for url in ELSEWHERE]

    assert [each.json()["reason"] for each in refused] == ["api_callback"] * len(ELSEWHERE)


def test_addresses_are_bounded_and_anothers_cannot_be_ended(store: Store, door: Door) -> None:
    wanted = {"url": "https://huatai.example/news", "kinds": ["loan.payment"]}
    made = [door.post("/webhooks", wanted).status_code for _ in range(6)]

    foreign = a_door(store, OTHER).ask("DELETE", "/webhooks/1")

    assert made == [201] * 5 + [409]
    assert (foreign.status_code, foreign.json()["reason"]) == (404, "api_webhook_unknown")
    assert "secret" not in door.get("/webhooks").text
