"""Lines of credit: what is left of the limit, drawn again, frozen and opened again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lending_core.errors import InvalidInput, InvalidState, LendingError, NotAllowed, NotFound
from lending_core.ledger.chain import Event, first_break
from lending_core.operations.console import newest_event_id
from lending_core.operations.lines import LineOrder, draw, set_line_status
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, BUSINESS_ON, MAKER, VIEWER, a_book
from tests.operations.journeys import accept, counts, lent, rows, submit
from tests.operations.lines import (
    FIRST_DUE_ON,
    FIRST_LATE_ON,
    MONTH_END,
    a_draw,
    become_late,
    changes,
    close,
    drawn,
    line,
    pay,
    write_off,
)
from tests.operations.test_origination import set_exposure
from tests.operations.warned import without_funders

OPEN_ON = BUSINESS_ON + timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A borrower with a line (1) and a loan (1) of 8,000 yuan under it."""
    return a_book(tmp_path / "book.duckdb", lent)


def order(store: Store, status: str, reason: str) -> None:
    set_line_status(store, MAKER, LineOrder(1, status, reason), at=AT)


def test_a_loan_just_paid_out_uses_its_principal(store: Store) -> None:
    found = line(store)

    assert (found["used_fen"], found["loans"], found["line_status"]) == (800_000, 1, "active")
    assert found["available_fen"] == found["limit_fen"] - 800_000


def test_repayment_restores_the_limit_at_once(store: Store) -> None:
    close(store, MONTH_END)
    interest_fen = 9_840

    pay(store, 1, 80_000 + interest_fen)

    found = line(store)
    assert found["used_fen"] == 720_000
    assert found["available_fen"] == found["limit_fen"] - 720_000


def test_a_lower_limit_leaves_nothing_rather_than_less(store: Store) -> None:
    lowered = rows(store, "limit_change").with_columns(
        limit_fen=500_000, changed_on=OPEN_ON + timedelta(days=1), limit_change_id=9
    )
    with store.transaction() as transaction:
        transaction.append("limit_change", lowered)

    found = line(store)

    assert (found["limit_fen"], found["available_fen"]) == (500_000, 0)


def test_a_draw_is_another_loan_of_the_open_day_under_the_same_application(store: Store) -> None:
    loan_id = drawn(store)

    loan = rows(store, "loan").sort("loan_id").row(-1, named=True)
    assert (loan["loan_id"], loan["line_id"], loan["application_id"]) == (loan_id, 1, 1)
    assert (loan["principal_fen"], loan["disbursed_on"]) == (100_000, OPEN_ON)
    assert line(store)["used_fen"] == 900_000
    assert rows(store, "instalment").height == 15


def test_a_draw_keeps_the_price_of_the_line(store: Store) -> None:
    drawn(store)

    assert rows(store, "loan")["annual_rate"].n_unique() == 1


def test_a_draw_is_in_the_ledger_with_the_sheet_that_was_confirmed(store: Store) -> None:
    drawn(store)

    events = store.read("event_list", subject_kind=None, subject_id=None, after_event_id=None)
    chain = [Event(**row) for row in events.sort("event_id").rows(named=True)]
    assert [event.action for event in chain[-2:]] == ["loan_disbursed", "line_drawn"]
    assert a_draw(store).cost_sheet_hash in chain[-1].payload
    assert first_break(chain) is None


def test_the_application_still_shows_its_first_loan(store: Store) -> None:
    drawn(store)

    case = store.read("application_case", application_id=1)

    assert case["loan_id"].to_list() == [1]


def test_the_same_key_draws_once(store: Store) -> None:
    first = drawn(store, key="double")

    assert drawn(store, key="double", confirmed_at=AT + timedelta(minutes=1)) == first
    assert rows(store, "loan").height == 2


@pytest.mark.parametrize("other", [{"amount_fen": 100_100}, {"line_id": 2}, {"instalments": 10}])
def test_another_draw_under_a_spent_key_is_refused(store: Store, other: dict[str, Any]) -> None:
    drawn(store, key="double")

    with pytest.raises(InvalidInput) as refusal:
        drawn(store, key="double", **other)

    assert refusal.value.reason == "operation_key_spent"


REFUSED_DRAWS = [
    ({"amount_fen": -100_000, "cost_sheet_hash": "none"}, "amount_below_draw"),
    ({"amount_fen": 49_999}, "amount_below_draw"),
    ({"amount_fen": 4_000_001}, "amount_above_limit"),
    ({"instalments": 7}, "instalments_not_offered"),
    ({"method": "flat"}, "method_not_offered"),
    ({"line_id": 404}, "line_unknown"),
    ({"confirmed_at": AT + timedelta(seconds=9)}, "cost_sheet_unread"),
    ({"cost_sheet_hash": "0" * 64}, "cost_sheet_changed"),
]


@pytest.mark.parametrize(("wrong", "reason"), REFUSED_DRAWS)
def test_a_refused_draw_leaves_no_trace(store: Store, wrong: dict[str, Any], reason: str) -> None:
    before = (counts(store), newest_event_id(store))

    with pytest.raises(LendingError) as refusal:
        drawn(store, **wrong)

    assert refusal.value.reason == reason
    assert (counts(store), newest_event_id(store)) == before


def test_exactly_what_is_left_may_be_drawn_and_not_a_fen_more(store: Store) -> None:
    left_fen = line(store)["available_fen"]

    with pytest.raises(InvalidInput) as refusal:
        drawn(store, amount_fen=left_fen + 1)

    assert refusal.value.reason == "amount_above_limit"
    assert drawn(store, amount_fen=left_fen) == 2
    assert line(store)["available_fen"] == 0


def test_a_draw_stays_within_what_one_person_may_owe(store: Store) -> None:
    set_exposure(store, 850_000)

    with pytest.raises(InvalidInput) as refusal:
        drawn(store, amount_fen=50_001)

    assert refusal.value.reason == "amount_above_exposure"
    assert drawn(store, amount_fen=50_000) == 2


def test_no_funder_with_room_means_that_the_draw_waits(store: Store) -> None:
    without_funders(store)

    assert drawn(store) is None
    assert rows(store, "loan").height == 1


def test_one_draw_of_a_line_waits_at_a_time(store: Store) -> None:
    without_funders(store)
    drawn(store)

    with pytest.raises(InvalidState) as refusal:
        drawn(store, key="another")

    assert refusal.value.reason == "draw_waits"


def test_an_offer_not_taken_yet_is_not_drawn(tmp_path: Path) -> None:
    store = a_book(tmp_path / "book.duckdb")
    submit(store)

    with pytest.raises(InvalidState) as refusal:
        drawn(store)

    assert refusal.value.reason == "line_not_opened"


def test_a_viewer_may_neither_draw_nor_freeze(store: Store) -> None:
    with pytest.raises(NotAllowed):
        draw(store, VIEWER, a_draw(store), key="draw", at=AT)
    with pytest.raises(NotAllowed):
        set_line_status(store, ANALYST, LineOrder(1, "frozen", "purpose_breach"), at=AT)

    assert changes(store) == []


def test_on_the_due_date_nothing_is_late_and_no_line_changes(store: Store) -> None:
    close(store, MONTH_END)
    close(store, FIRST_DUE_ON)

    assert changes(store) == []


def test_the_first_day_past_due_freezes_and_once_is_enough(store: Store) -> None:
    become_late(store)
    close(store, FIRST_LATE_ON + timedelta(days=1))

    assert changes(store) == [(1, FIRST_LATE_ON, "frozen", "days_past_due", "system")]


def test_the_close_says_in_the_ledger_how_many_lines_it_froze(store: Store) -> None:
    become_late(store)

    events = store.read("event_list", subject_kind="book", subject_id=1, after_event_id=None)

    assert '"frozen":1,' in events.sort("event_id")["payload"][-1]


def test_the_worst_loan_rules_every_line_of_its_customer(store: Store) -> None:
    submit(store, key="second")
    submit(store, key="other", name="李晓华", id_number="999999199001010032")

    become_late(store)

    assert [line(store, each)["line_status"] for each in (1, 2, 3)] == ["frozen"] * 2 + ["active"]


def test_a_frozen_line_is_not_drawn(store: Store) -> None:
    become_late(store)

    with pytest.raises(InvalidState) as refusal:
        drawn(store)

    assert refusal.value.reason == "line_frozen"


def test_a_line_that_the_next_close_will_freeze_is_not_drawn_either(store: Store) -> None:
    close(store, MONTH_END)
    close(store, FIRST_DUE_ON)

    with pytest.raises(InvalidState) as refusal:
        drawn(store)

    assert refusal.value.reason == "customer_past_due"


def test_an_offer_to_a_customer_who_became_late_is_not_paid_out(store: Store) -> None:
    application_id = submit(store, key="second")
    become_late(store)

    with pytest.raises(InvalidState) as refusal:
        accept(store, application_id, key="accept second")

    assert refusal.value.reason == "line_frozen"


def test_the_line_opens_once_nothing_is_past_due(store: Store) -> None:
    become_late(store)
    pay(store, 1, 89_900)

    paid_on = FIRST_LATE_ON + timedelta(days=1)
    close(store, paid_on)

    assert changes(store)[1:] == [(1, paid_on, "active", "nothing_past_due", "system")]
    assert drawn(store) == 2


def test_a_loan_charged_off_keeps_its_lines_frozen(store: Store) -> None:
    become_late(store)
    write_off(store, 1)

    close(store, FIRST_LATE_ON + timedelta(days=1))

    found = line(store)
    assert (found["line_status"], found["used_fen"]) == ("frozen", 0)


def test_a_person_freezes_and_opens_with_a_reason_on_record(store: Store) -> None:
    order(store, "frozen", "purpose_breach")
    order(store, "active", "checked")

    assert changes(store) == [
        (1, OPEN_ON, "frozen", "purpose_breach", "risk_maker"),
        (1, OPEN_ON, "active", "checked", "risk_maker"),
    ]
    events = store.read("event_list", subject_kind="line", subject_id=1, after_event_id=None)
    assert events["action"].to_list() == ["line_status_set"] * 2


def test_the_close_of_a_day_never_lifts_a_persons_freeze(store: Store) -> None:
    order(store, "frozen", "bureau_trigger")
    become_late(store)
    pay(store, 1, 89_900)

    close(store, FIRST_LATE_ON + timedelta(days=1))

    assert (line(store)["line_status"], line(store)["line_reason"]) == ("frozen", "bureau_trigger")


def test_a_person_takes_over_a_freeze_that_would_be_lifted(store: Store) -> None:
    become_late(store)
    order(store, "frozen", "identity_doubt")
    pay(store, 1, 89_900)

    close(store, FIRST_LATE_ON + timedelta(days=1))

    assert (line(store)["line_status"], line(store)["line_reason"]) == ("frozen", "identity_doubt")


def test_a_line_of_a_late_customer_is_not_opened_by_hand(store: Store) -> None:
    become_late(store)

    with pytest.raises(InvalidState) as refusal:
        order(store, "active", "checked")

    assert refusal.value.reason == "customer_past_due"
    assert line(store)["line_status"] == "frozen"


def test_a_status_that_holds_already_is_refused(store: Store) -> None:
    with pytest.raises(InvalidState) as refusal:
        order(store, "active", "checked")

    assert str(refusal.value) == "Line of credit 1 is active already."


def test_freezing_twice_is_refused(store: Store) -> None:
    order(store, "frozen", "purpose_breach")

    with pytest.raises(InvalidState) as refusal:
        order(store, "frozen", "bureau_trigger")

    assert refusal.value.reason == "line_unchanged"


def test_an_unknown_line_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        set_line_status(store, MAKER, LineOrder(404, "frozen", "purpose_breach"), at=AT)


@pytest.mark.parametrize(
    ("status", "reason"),
    [("frozen", "days_past_due"), ("frozen", "checked"), ("closed", "checked")],
)
def test_a_reason_that_is_not_a_persons_is_a_bug(status: str, reason: str) -> None:
    with pytest.raises(ValueError, match="a line is not"):
        LineOrder(1, status, reason)


def test_the_log_holds_limits_and_freezes_together_newest_first(store: Store) -> None:
    order(store, "frozen", "purpose_breach")
    order(store, "active", "checked")

    log = store.read("line_log", customer_id=1)

    assert log.select("line_event", "line_reason").rows() == [
        ("active", "checked"),
        ("frozen", "purpose_breach"),
        ("limit", "approved"),
    ]
