"""Administrators see whether news arrive, pause addresses, send again, and change what signs."""

import pytest

from api.deliveries import Messenger
from examples.mini_program import Receiver
from lending_core.access.clients import api_rules
from lending_core.access.permissions import Actor, Role
from lending_core.errors import InvalidState, NotFound
from lending_core.operations import webhook_care
from lending_core.store.engine import Store
from tests.api.doors import OTHER, Door, a_door
from tests.api.postbox import Postbox, apply, told
from tests.api.test_webhooks import refused
from tests.builders import AT

ADMIN = Actor("admin", Role.ADMINISTRATOR)


def standing(store: Store, door: Door) -> list[tuple[object, ...]]:
    """What an administrator sees of the messages to the first address."""
    seen = webhook_care.messages(store, ADMIN, 1, at=door.clock.at)
    return seen.select("delivery_state", "attempts", "status").rows()


def test_a_message_is_seen_on_its_way_until_it_arrives(
    store: Store, listening: Door, postbox: Postbox, messenger: Messenger
) -> None:
    told(listening, postbox)
    apply(store)
    postbox.status = 500
    messenger.round()
    failed = webhook_care.messages(store, ADMIN, 1, at=listening.clock.at).row(0, named=True)
    postbox.status = 204
    listening.clock.pass_by(seconds=5)
    messenger.round()

    assert (failed["action"], failed["subject_id"]) == ("application_decided", 2)
    assert (failed["delivery_state"], failed["status"]) == ("waiting", 500)
    assert (failed["next_at"] - failed["tried_at"]).total_seconds() == 5
    assert standing(store, listening) == [("delivered", 2, 204)]


def test_a_paused_address_is_told_what_it_missed_once_it_is_told_again(
    store: Store, listening: Door, postbox: Postbox, messenger: Messenger
) -> None:
    told(listening, postbox)
    webhook_care.pause_webhook(store, ADMIN, 1, is_paused=True, at=AT)
    apply(store)
    while_paused = messenger.round()
    seen = listening.get("/webhooks").json()["webhooks"][0]
    with pytest.raises(InvalidState, match="paused"):
        webhook_care.send_again(store, ADMIN, 1, 1, at=AT)
    listening.clock.pass_by(days=2)
    webhook_care.pause_webhook(store, ADMIN, 1, is_paused=False, at=listening.clock.at)

    assert (while_paused, seen["is_paused"], seen["waiting"]) == (0, True, 1)
    assert messenger.round() == 1
    assert standing(store, listening) == [("delivered", 1, 204)]
    with pytest.raises(InvalidState, match="so already"):
        webhook_care.pause_webhook(store, ADMIN, 1, is_paused=False, at=AT)


def test_what_waited_for_a_week_is_given_up(
    store: Store, listening: Door, postbox: Postbox, messenger: Messenger
) -> None:
    told(listening, postbox)
    webhook_care.pause_webhook(store, ADMIN, 1, is_paused=True, at=AT)
    apply(store)
    messenger.round()
    listening.clock.pass_by(days=api_rules()["webhooks"]["days"], seconds=1)
    webhook_care.pause_webhook(store, ADMIN, 1, is_paused=False, at=listening.clock.at)

    assert messenger.round() == 0
    assert standing(store, listening) == [("given_up", 0, None)]
    assert listening.get("/webhooks").json()["webhooks"][0]["given_up"] == 1


def test_a_message_is_sent_again_by_hand_once_and_its_receiver_acts_once(
    store: Store, listening: Door, postbox: Postbox, messenger: Messenger
) -> None:
    receiver = Receiver(told(listening, postbox))
    apply(store)
    messenger.round()

    webhook_care.send_again(store, ADMIN, 1, 1, at=AT)
    with pytest.raises(InvalidState, match="about to be sent"):
        webhook_care.send_again(store, ADMIN, 1, 1, at=AT)
    sent = [messenger.round(), messenger.round()]

    assert sent == [1, 0]
    assert [receiver.check(*each, AT.timestamp()) for each in postbox.came] == [True, False]
    assert standing(store, listening) == [("delivered", 2, 204)]
    event = store.read("newest_event").row(0, named=True)
    assert (event["action"], event["actor"]) == ("api_client_changed", "admin")


def test_nobody_sends_again_what_is_not_there(store: Store, listening: Door) -> None:
    with pytest.raises(NotFound, match="no address 1"):
        webhook_care.send_again(store, ADMIN, 1, 1, at=listening.clock.at)


def test_while_a_secret_gives_way_to_another_both_sign(
    store: Store, listening: Door, postbox: Postbox, messenger: Messenger
) -> None:
    old = told(listening, postbox)
    new = webhook_care.change_secret(store, ADMIN, 1, at=AT)
    apply(store)
    messenger.round()
    listening.clock.pass_by(hours=api_rules()["webhooks"]["overlap_hours"])
    webhook_care.send_again(store, ADMIN, 1, 1, at=listening.clock.at)
    messenger.round()

    [during, after] = postbox.came
    now = listening.clock.at.timestamp()
    assert Receiver(old).check(*during, AT.timestamp())
    assert Receiver(new).check(*during, AT.timestamp())
    assert refused(old, *after, now) == "the signature is not the house's"
    assert Receiver(new).check(*after, now)


def test_a_mini_program_changes_its_own_secret_and_no_other(
    store: Store, listening: Door, postbox: Postbox, messenger: Messenger
) -> None:
    told(listening, postbox)
    foreign = a_door(store, OTHER).post("/webhooks/1/secret", None)
    changed = listening.post("/webhooks/1/secret", None)
    apply(store)
    messenger.round()

    assert (foreign.status_code, foreign.json()["reason"]) == (404, "api_webhook_unknown")
    assert Receiver(changed.json()["secret"]).check(*postbox.came[0], AT.timestamp())


def test_no_secret_stands_in_plain_in_the_database(
    store: Store, listening: Door, postbox: Postbox
) -> None:
    told(listening, postbox)
    listening.post("/webhooks/1/secret", None)

    kept = store.read_sql(
        "select secret from api_webhook union all select secret from api_webhook_secret"
    )

    assert [each.partition(":")[0] for each in kept["secret"]] == ["enc1", "enc1"]
