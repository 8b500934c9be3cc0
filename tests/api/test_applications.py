"""Applications as a mini-program sends them, and what becomes of them."""

import base64

from lending_core.access.clients import Scope
from lending_core.access.permissions import SYSTEM
from lending_core.operations.lines import LineOrder, set_line_status
from lending_core.store.engine import Store
from tests.api.doors import OTHER, WISH, Door, a_door, accepted, an_application, confirmed
from tests.builders import AT
from tests.operations.journeys import rows


def test_an_application_with_its_card_is_read_decided_and_kept_once(
    store: Store, door: Door
) -> None:
    application = an_application()

    first = door.post("/applications", application, "submit-1")
    again = door.post("/applications", application, "submit-1")
    other = door.post("/applications", application | {"amount_fen": 700_000}, "submit-1")

    assert (first.status_code, first.json()["application_id"]) == (201, 2)
    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["reason"]) == (422, "operation_key_spent")
    parts = [part.partition(";dur=")[0] for part in first.headers["server-timing"].split(", ")]
    assert parts == ["queue", "card", "decide"]
    assert "server-timing" not in again.headers
    assert rows(store, "application").height == 2
    decided = store.read("newest_event").row(0, named=True)
    assert (decided["action"], decided["actor"]) == ("application_decided", "api:huatai")


NO_PHOTOS = {
    base64.b64encode(b"no picture").decode(): "photo_unreadable",
    "not base64!": "photo_unreadable",
    base64.b64encode(bytes(3_000_001)).decode(): "api_photo_too_large",
    "A" * 4_000_100: "api_body",
}


def test_a_photo_that_is_none_or_too_large_is_refused(door: Door) -> None:
    application = an_application()
    sent = [application | {"card": {**application["card"], "front": photo}} for photo in NO_PHOTOS]

    refused = [door.post("/applications", each, "submit-1") for each in sent]

    assert [each.status_code for each in refused] == [422] * 4
    assert [each.json()["reason"] for each in refused] == list(NO_PHOTOS.values())


def test_an_application_stands_as_it_was_decided_with_its_borrower_masked(door: Door) -> None:
    told = door.get("/applications/1").json()

    assert (told["outcome"], told["name"]) == ("approve", "王*明")
    assert told["id_number"].startswith("999***")
    assert told["phone"] == "138****1001"
    assert (told["accepted_fen"], told["loan_ids"]) == (None, [])


def test_an_offer_says_what_may_be_drawn_and_over_which_terms(door: Door) -> None:
    told = door.get("/applications/1/offer").json()

    assert told["available_fen"] == told["limit_fen"]
    assert {"method": "equal_principal", "instalments": [5, 10, 20]} in told["terms"]


def test_an_offer_is_accepted_once_after_its_cost_sheet_was_read(store: Store, door: Door) -> None:
    confirmation = confirmed(door)

    first = door.post("/applications/1/acceptance", confirmation, "accept-1")
    again = door.post("/applications/1/acceptance", confirmation, "accept-1")
    spent = door.post("/applications/1/draws", confirmation, "accept-1")

    assert first.json() == {"application_id": 1, "state": "paid_out", "loan_id": 1}
    assert (again.status_code, again.json()) == (201, first.json())
    assert spent.json()["reason"] == "operation_key_spent"
    assert rows(store, "loan")["principal_fen"].to_list() == [200_000]


def test_a_sheet_that_nobody_can_have_read_is_no_contract(door: Door) -> None:
    confirmation = confirmed(door)
    door.clock.pass_by(seconds=-1)

    refused = door.post("/applications/1/acceptance", confirmation, "accept-1")

    assert (refused.status_code, refused.json()["reason"]) == (409, "cost_sheet_unread")


def test_a_sheet_that_was_shown_more_than_a_day_ago_is_no_contract(door: Door) -> None:
    confirmation = confirmed(door)
    door.clock.pass_by(hours=24, seconds=-10)
    at_the_last = door.post("/applications/1/acceptance", confirmation, "accept-1")
    later = confirmed(door)
    door.clock.pass_by(hours=24, seconds=-9)

    too_late = door.post("/applications/1/draws", later, "draw-001")
    again = door.post("/applications/1/acceptance", confirmation, "accept-1")

    assert at_the_last.status_code == 201
    assert (too_late.status_code, too_late.json()["reason"]) == (409, "cost_sheet_old")
    assert (again.status_code, again.json()) == (201, at_the_last.json())


def test_a_quote_cannot_be_made_older_nor_used_for_another_sheet(door: Door) -> None:
    confirmation = confirmed(door)
    second, _, signature = confirmation["quote"].partition(".")
    older = confirmation | {"quote": f"{int(second) - 60}.{signature}"}
    of_another = confirmation | {"cost_sheet_hash": "0" * 64}

    refused = [
        door.post("/applications/1/acceptance", forged, "accept-1")
        for forged in (older, of_another)
    ]

    assert [each.status_code for each in refused] == [422, 422]
    assert {each.json()["reason"] for each in refused} == {"api_quote"}


def test_a_line_is_drawn_again(door: Door) -> None:
    accepted(door)

    drawn = door.post("/applications/1/draws", confirmed(door), "draw-001")

    assert drawn.json() == {"application_id": 1, "state": "paid_out", "loan_id": 2}
    assert door.get("/applications/1").json()["loan_ids"] == [1, 2]


def test_a_draw_answers_the_same_to_its_key_after_its_line_was_frozen(
    store: Store, door: Door
) -> None:
    accepted(door)
    confirmation = confirmed(door)
    drawn = door.post("/applications/1/draws", confirmation, "draw-001")
    set_line_status(store, SYSTEM, LineOrder(1, "frozen", "customer_request"), at=AT)

    again = door.post("/applications/1/draws", confirmation, "draw-001")
    another = door.post("/applications/1/draws", confirmation, "draw-002")

    assert (again.status_code, again.json()) == (201, drawn.json())
    assert (another.status_code, another.json()["reason"]) == (409, "line_frozen")


def test_a_step_on_money_without_a_key_is_refused(door: Door) -> None:
    refused = door.post("/applications/1/acceptance", confirmed(door))

    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"where": "header.idempotency-key", "rule": "missing"}]


OF_ONE = (
    ("GET", "/applications/{}", None),
    ("GET", "/applications/{}/offer", None),
    ("POST", "/applications/{}/quotes", WISH),
    ("POST", "/applications/{}/review", None),
    ("GET", "/applications/{}/consents", None),
    ("PUT", "/applications/{}/consents/income", None),
    ("DELETE", "/applications/{}/consents/income", None),
)


def test_anothers_application_is_no_more_there_than_one_of_nobody(store: Store) -> None:
    other = a_door(store, OTHER)

    foreign = [other.ask(method, path.format(1), json=body) for method, path, body in OF_ONE]
    unknown = [other.ask(method, path.format(2), json=body) for method, path, body in OF_ONE]

    assert {(each.status_code, each.json()["reason"]) for each in foreign} == {
        (404, "application_unknown")
    }
    assert [each.text.replace("application 1", "application 2") for each in foreign] == [
        each.text for each in unknown
    ]


def test_anothers_offer_can_be_neither_accepted_nor_drawn(store: Store, door: Door) -> None:
    other = a_door(store, OTHER)
    confirmation = confirmed(door)

    # The signature belongs to the client too, so a stolen quote is worth nothing.
    stolen = other.post("/applications/1/acceptance", confirmation, "accept-1")

    assert (stolen.status_code, stolen.json()["reason"]) == (422, "api_quote")
    assert rows(store, "loan").is_empty()


def test_a_list_holds_the_own_applications_only(store: Store, door: Door) -> None:
    own = door.get("/applications").json()
    others = a_door(store, OTHER).get("/applications").json()

    assert [each["application_id"] for each in own["applications"]] == [1]
    assert own["next_after"] is None
    assert others == {"applications": [], "next_after": None}


def test_a_consent_is_taken_back_and_given_again(door: Door) -> None:
    withdrawn = door.ask("DELETE", "/applications/1/consents/income").json()
    twice = door.ask("DELETE", "/applications/1/consents/income")
    given = door.ask("PUT", "/applications/1/consents/income").json()

    assert [each["state"] for each in withdrawn["consents"] if each["source"] == "income"] == [
        "withdrawn"
    ]
    assert (twice.status_code, twice.json()["reason"]) == (409, "consent_not_given")
    assert [each["state"] for each in given["consents"] if each["source"] == "income"] == [
        "granted"
    ]


def test_a_token_opens_what_its_scopes_name(store: Store) -> None:
    reader = a_door(store, scopes=(Scope.READ,))

    seen = reader.get("/applications/1")
    refused = reader.ask("DELETE", "/applications/1/consents/income")

    assert seen.status_code == 200
    assert (refused.status_code, refused.json()["reason"]) == (403, "api_scope")
