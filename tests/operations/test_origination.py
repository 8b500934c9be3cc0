"""From an application to a paid-out loan: what is written, what is refused and leaves no trace."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import InvalidInput, InvalidState, LendingError, NotAllowed, NotFound
from lending_core.identity.match import ShownCard
from lending_core.ledger.chain import Event, first_break
from lending_core.operations.closing import close_day
from lending_core.operations.console import newest_event_id
from lending_core.operations.months import run_month
from lending_core.operations.origination import (
    accept_offer,
    submit_application,
)
from lending_core.operations.policy_life import (
    Approval,
    PolicySubmission,
    approve_policy,
    submit_policy,
)
from lending_core.policy.document import read_policy
from lending_core.settings import reference_file
from lending_core.store.engine import Store
from tests.builders import (
    ANALYST,
    APPROVER,
    AT,
    GOOD_RECORD,
    ID_NUMBER,
    MAKER,
    OPEN_ON,
    PERSON_CONSENTS,
    VIEWER,
    a_book,
    a_card,
    a_read_offer,
    a_submission,
)
from tests.operations.journeys import TABLES, accept, counts, rows, submit
from tests.operations.warned import without_funders


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def test_a_good_record_is_approved_with_a_limit_and_a_line(store: Store) -> None:
    application_id = submit(store)

    case = store.read("application_case", application_id=application_id).row(0, named=True)

    assert (case["outcome"], case["line_id"], case["loan_id"]) == ("approve", 1, None)
    assert case["limit_fen"] >= 800_000


def test_the_score_is_the_sum_of_its_stored_points(store: Store) -> None:
    submit(store)

    assessed = rows(store, "assessment").row(0, named=True)

    assert assessed["score"] == sum(assessed["points"])


def test_an_accepted_offer_is_funded_and_scheduled_on_the_open_day(store: Store) -> None:
    loan_id = accept(store, submit(store))

    loan = rows(store, "loan").row(0, named=True)
    instalments = rows(store, "instalment")
    assert (loan["loan_id"], loan["disbursed_on"]) == (loan_id, OPEN_ON)
    assert instalments.height == 10
    assert instalments["principal_fen"].sum() == 800_000
    assert rows(store, "funding")["share_fen"].to_list() == [800_000]


def test_the_close_of_its_day_books_and_ages_the_loan(store: Store) -> None:
    accept(store, submit(store))

    close_day(store, ANALYST, OPEN_ON, at=AT)

    booked = rows(store, "journal").group_by("account").agg(pl.col("amount_fen").sum())
    assert dict(booked.rows()) == {
        # In from the lender, and out to the borrower.
        "cash": 0,
        "funder_payable": -800_000,
        "loan_principal": 800_000,
    }
    aged = rows(store, "loan_month").select("month_end_on", "bucket", "principal_fen")
    assert aged.rows() == [(OPEN_ON, "C", 800_000)]


def test_the_cheapest_bank_funds_it(store: Store) -> None:
    accept(store, submit(store))

    assert rows(store, "funding")["funder_code"].to_list() == ["binhai_bank"]


def test_every_step_is_in_the_ledger_and_the_chain_holds(store: Store) -> None:
    accept(store, submit(store))

    events = store.read("event_list", subject_kind=None, subject_id=None, after_event_id=None)
    chain = [Event(**row) for row in events.sort("event_id").rows(named=True)]
    assert [event.action for event in chain[-2:]] == ["loans_matched", "loan_disbursed"]
    assert first_break(chain) is None


def test_the_ledger_names_nobody(store: Store) -> None:
    accept(store, submit(store))

    texts = "".join(rows(store, "event")["payload"].to_list())

    assert "王小明" not in texts
    assert "999999199001010016" not in texts


def test_the_same_key_submits_once(store: Store) -> None:
    first = submit(store, key="double")
    after_first = counts(store)
    second = submit(store, key="double")

    assert second == first
    assert counts(store) == after_first


def test_a_double_acceptance_gives_one_loan(store: Store) -> None:
    application_id = submit(store)
    first = accept(store, application_id, key="double")
    second = accept(store, application_id, key="double")

    assert second == first
    assert rows(store, "loan").height == 1


def test_a_second_acceptance_under_another_key_is_refused(store: Store) -> None:
    application_id = submit(store)
    accept(store, application_id, key="one")

    with pytest.raises(InvalidState) as refusal:
        accept(store, application_id, key="two")

    assert refusal.value.reason == "offer_not_open"


def test_a_key_of_another_operation_is_refused(store: Store) -> None:
    application_id = submit(store, key="spent")

    with pytest.raises(InvalidInput) as refusal:
        accept(store, application_id, key="spent")

    assert refusal.value.reason == "operation_key_spent"


def test_a_spent_key_takes_no_other_amount(store: Store) -> None:
    application_id = submit(store, key="asked")
    accept(store, application_id, key="taken")

    with pytest.raises(InvalidInput) as submitted:
        submit(store, key="asked", amount_asked_fen=900_000)
    with pytest.raises(InvalidInput) as accepted:
        accept(store, application_id, key="taken", amount_fen=900_000)

    assert {submitted.value.reason, accepted.value.reason} == {"operation_key_spent"}
    assert rows(store, "loan")["principal_fen"].to_list() == [800_000]


OTHERS_CARD = a_card("李四", ID_NUMBER)
CARD = a_card("王小明", ID_NUMBER)
FORGED_CARD = replace(CARD, front=replace(CARD.front, birth_on=date(1991, 1, 1)))
UNSURE_CARD = replace(CARD, front=replace(CARD.front, confidence={"name": 0.5, "id_number": 0.9}))


def a_back(**changes: date) -> ShownCard:
    return replace(CARD, back=replace(CARD.back, **changes))


REFUSED_SUBMISSIONS = [
    ({"card": OTHERS_CARD}, "card_differs"),
    ({"card": FORGED_CARD}, "card_differs"),
    ({"card": a_card("王小明", "999999198506150028")}, "card_differs"),
    ({"card": a_back(valid_to=date(2044, 5, 7))}, "card_differs"),
    ({"card": a_back(valid_from=date(2006, 10, 31), valid_to=date(2016, 10, 31))}, "card_expired"),
    ({"card": UNSURE_CARD}, "card_field_unconfirmed"),
    ({"id_number": "999999199001010017"}, "id_number_checksum"),
    ({"name": "王"}, "name_shape"),
    ({"phone": "12345"}, "phone_shape"),
    ({"product_code": "gold"}, "product_unknown"),
    ({"product_code": "small_business"}, "product_for_other_borrowers"),
    ({"scenario": "project"}, "scenario_not_offered"),
    ({"instalments_asked": 7}, "instalments_not_offered"),
    ({"amount_asked_fen": 49_999}, "amount_outside_product"),
    ({"amount_asked_fen": 20_000_001}, "amount_outside_product"),
    ({"observed": {**GOOD_RECORD, "worst_status_24m": 8}}, "feature_out_of_range"),
    ({"observed": {**GOOD_RECORD, "debt_to_income": float("nan")}}, "feature_out_of_range"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED_SUBMISSIONS)
def test_a_refused_submission_leaves_no_trace(
    store: Store, changes: dict[str, object], reason: str
) -> None:
    event_id = newest_event_id(store)

    with pytest.raises(LendingError) as refusal:
        submit(store, **changes)

    assert refusal.value.reason == reason
    assert counts(store) == [0] * len(TABLES)
    assert newest_event_id(store) == event_id


def test_a_doubtful_field_that_was_confirmed_is_taken_and_kept_as_such(store: Store) -> None:
    confirmed = replace(UNSURE_CARD, confirmed=frozenset({"name"}))

    application_id = submit(store, card=confirmed)

    assert rows(store, "card_field").rows() == [
        (application_id, "front", "name", 0.5, True, True),
        (application_id, "front", "id_number", 0.9, True, False),
        (application_id, "back", "authority", 1.0, None, False),
        (application_id, "back", "validity", 1.0, True, False),
    ]
    assert rows(store, "card_validity").rows() == [
        (application_id, date(2024, 5, 6), date(2044, 5, 6))
    ]


def test_a_known_id_number_under_another_name_is_refused(store: Store) -> None:
    submit(store)

    with pytest.raises(InvalidInput) as refusal:
        submit(store, key="second", name="李四")

    assert refusal.value.reason == "id_number_of_another"


SHOP = {
    "kind": "small_business",
    "product_code": "small_business",
    "scenario": "seasonal",
    "amount_asked_fen": 5_000_000,
    "instalments_asked": 12,
    "consents": PERSON_CONSENTS | {"merchant_receipts"},
}


def test_a_person_and_the_same_persons_shop_are_two_customers(store: Store) -> None:
    submit(store)
    submit(store, key="shop", name="青禾茶叶行（王小明）", **SHOP)
    submit(store, key="second shop", name="云杉便利店（王小明）", **SHOP)

    customers = rows(store, "customer").sort("customer_id")

    assert customers["kind"].to_list() == ["person", "small_business"]


def test_a_returning_customer_is_known_with_what_is_owed(store: Store) -> None:
    accept(store, submit(store))
    submit(store, key="second")

    features = rows(store, "application_feature").sort("application_id")
    assert rows(store, "customer").height == 1
    assert features["own_principal_fen"].to_list() == [0, 800_000]
    assert features["own_limit_fen"].to_list() == [0, rows(store, "limit_change")["limit_fen"][0]]


REFUSED_ACCEPTANCES = [
    ({"amount_fen": 4_000_001}, "amount_above_limit"),
    ({"amount_fen": 49_999}, "amount_below_draw"),
    ({"instalments": 7}, "instalments_not_offered"),
    ({"method": "flat"}, "method_not_offered"),
    ({"confirmed_at": AT + timedelta(seconds=9)}, "cost_sheet_unread"),
    ({"cost_sheet_hash": "0" * 64}, "cost_sheet_changed"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED_ACCEPTANCES)
def test_a_refused_acceptance_leaves_no_trace(
    store: Store, changes: dict[str, object], reason: str
) -> None:
    application_id = submit(store)
    before = (counts(store), newest_event_id(store))

    with pytest.raises(LendingError) as refusal:
        accept(store, application_id, **changes)

    assert refusal.value.reason == reason
    assert (counts(store), newest_event_id(store)) == before


def test_two_offers_together_stay_within_what_one_person_may_owe(store: Store) -> None:
    offers = [submit(store, key=key, amount_asked_fen=4_000_000) for key in ("one", "other")]
    set_exposure(store, 5_000_000)
    accept(store, offers[0], key="accept one", amount_fen=3_000_000)

    with pytest.raises(InvalidInput) as refusal:
        accept(store, offers[1], key="accept other", amount_fen=2_000_001)

    assert str(refusal.value).endswith("at most ¥20000.00 more.")
    assert accept(store, offers[1], key="accept less", amount_fen=2_000_000) == 2


def set_exposure(store: Store, cap_fen: int) -> None:
    """Puts a policy in force under which one person may owe that much."""
    text = reference_file("policy.toml").read_text("utf-8")
    lower = text.replace("value = 20_000_000", f"value = {cap_fen}", 1)
    assert lower != text
    submission = PolicySubmission(read_policy(lower), "lower exposure")
    version = submit_policy(store, MAKER, submission, at=AT)
    approve_policy(store, APPROVER, Approval(version, "seen"), at=AT + timedelta(hours=1))


def test_an_offer_taken_that_nobody_funded_is_not_open_again(store: Store) -> None:
    application_id = submit(store)
    taken = {"amount_fen": 800_000, "instalments": 10, "method": "equal_principal"}
    with store.transaction() as transaction:
        transaction.append(
            "acceptance", pl.DataFrame([{"application_id": application_id, **taken}])
        )

    with pytest.raises(InvalidState) as refusal:
        accept(store, application_id)

    assert refusal.value.reason == "offer_not_open"


def test_one_number_is_one_customer_however_it_is_typed(store: Store) -> None:
    submit(store, id_number="99999919900101018X")
    submit(store, key="second", id_number=" 999999 19900101 018x")

    assert rows(store, "customer")["id_number"].to_list() == ["99999919900101018X"]


def test_a_sheet_of_another_day_is_not_the_contract(store: Store) -> None:
    application_id = submit(store)
    shown = a_read_offer(store, application_id)
    run_month(store, ANALYST, at=AT)

    with pytest.raises(InvalidState) as refusal:
        accept_offer(store, ANALYST, shown, key="late", at=AT)

    assert refusal.value.reason == "cost_sheet_changed"


def test_a_consumers_bullet_loan_ends_within_a_year(store: Store) -> None:
    application_id = submit(store, product_code="youqianhua", instalments_asked=12)

    with pytest.raises(InvalidInput) as refusal:
        accept(store, application_id, method="interest_only", instalments=18)

    assert refusal.value.reason == "instalments_not_offered"
    assert accept(store, application_id, method="interest_only", instalments=12) == 1


def test_an_unknown_application_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        accept(store, 404)


def test_a_declined_application_has_no_offer(store: Store) -> None:
    application_id = submit(store, is_court_listed=True)

    with pytest.raises(InvalidState) as refusal:
        accept(store, application_id)

    assert refusal.value.reason == "offer_not_open"


def test_without_consent_a_source_stays_empty(store: Store) -> None:
    submit(store, consents=frozenset({"bureau"}))

    features = rows(store, "application_feature").row(0, named=True)

    assert features["inquiries_3m"] == GOOD_RECORD["inquiries_3m"]
    assert features["payment_stability"] is None
    assert features["account_tenure_months"] is None
    assert features["monthly_income_fen"] is None


def test_a_viewer_may_not_submit(store: Store) -> None:
    with pytest.raises(NotAllowed):
        submit_application(store, VIEWER, a_submission(), key="first", at=AT)

    assert counts(store) == [0] * len(TABLES)


def test_no_funder_with_room_means_no_loan_and_the_offer_waits(store: Store) -> None:
    application_id = submit(store)
    without_funders(store)

    assert accept(store, application_id) is None
    assert rows(store, "loan").is_empty()
    waiting = store.read("funding_waiting", wait_id=None).row(0, named=True)
    assert (waiting["application_id"], waiting["principal_fen"]) == (application_id, 800_000)
    assert (waiting["reason"], waiting["since_on"]) == ("no_funder", OPEN_ON)
