"""Which events tell two views of a day apart."""

from datetime import date

from lending_core.servicing.loan_events import loan_events
from pages.ui.loan_known import recorded_since

KNOWN_ON, AS_OF = date(2026, 10, 31), date(2026, 10, 20)
EARLIER, LATER = date(2026, 10, 10), date(2026, 11, 5)


def since(*rows: dict[str, object]) -> list[int]:
    numbered = [{"loan_event_id": number, **row} for number, row in enumerate(rows, 1)]
    return recorded_since(loan_events(numbered), AS_OF, KNOWN_ON)["loan_event_id"].to_list()


def payment(on: date, recorded_on: date) -> dict[str, object]:
    return {"kind": "payment", "effective_on": on, "recorded_on": recorded_on}


def test_what_was_known_by_then_explains_nothing() -> None:
    assert since(payment(EARLIER, EARLIER), payment(EARLIER, KNOWN_ON)) == []


def test_money_booked_later_for_an_earlier_day_explains_it() -> None:
    assert since(payment(EARLIER, LATER)) == [1]


def test_what_counts_after_the_day_explains_nothing() -> None:
    assert since(payment(LATER, LATER)) == []


def test_a_reversal_counts_where_the_event_did_that_it_takes_back() -> None:
    reversal = {"kind": "reversal", "effective_on": LATER, "recorded_on": LATER}

    assert since(payment(EARLIER, EARLIER), {**reversal, "reverses_event_id": 1}) == [2]
    assert since(payment(KNOWN_ON, KNOWN_ON), {**reversal, "reverses_event_id": 1}) == []
