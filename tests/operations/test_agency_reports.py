"""What agencies report of their contacts: held against the rules, found and not refused."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from lending_core.errors import LendingError
from lending_core.operations.agencies import HandOver, Recall, agency_figures, hand_over, recall
from lending_core.operations.agency_reports import AgencyContact, report_contact, upload_contacts
from lending_core.operations.collection_team import collectors
from lending_core.operations.collections import case_log
from lending_core.operations.contacts import Contact
from lending_core.operations.holds import Hold, place_hold
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, AT, MAKER, a_book
from tests.operations.journeys import rows
from tests.operations.late import CASE, THIRD, key
from tests.operations.test_agencies import LATE_ENOUGH_ON, very_late


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case that an agency has from 3 March on."""
    path = tmp_path_factory.mktemp("out") / "book.duckdb"
    store = a_book(path, very_late)
    hand_over(store, MAKER, HandOver(CASE, "heyue"), key=key(), at=AT)
    store.close()
    return path


@pytest.fixture
def store(once: Path, tmp_path: Path) -> Store:
    return open_store(Path(shutil.copy(once, tmp_path / "book.duckdb")))


def at(clock: str) -> datetime:
    """That time of 3 March by the borrower's clock."""
    return datetime.fromisoformat(f"{LATE_ENOUGH_ON} {clock}")


def report(
    store: Store, clock: str, outcome: str = "no_answer", agency: str = "heyue", **facts: str
) -> int:
    contact = Contact(**{"case_id": CASE, "channel": "call", "outcome": outcome, **facts})  # type: ignore[arg-type]
    return report_contact(store, MAKER, AgencyContact(agency, contact, at(clock)), key=key(), at=AT)


def found(store: Store) -> list[tuple[int, str, str | None]]:
    return rows(store, "conduct_finding").select("contact_id", "bar", "rule").rows()


def refused(store: Store, *arguments: str, **facts: str) -> str:
    with pytest.raises(LendingError) as refusal:
        report(store, *arguments, **facts)
    return refusal.value.reason


def test_an_attempt_within_the_rules_is_kept_as_the_agencys(store: Store) -> None:
    number = report(store, "09:30", note="said nothing")

    kept = rows(store, "contact_attempt").row(0, named=True)
    assert (kept["contact_id"], kept["agency_code"], kept["local_on"]) == (
        number,
        "heyue",
        LATE_ENOUGH_ON,
    )
    # Nine and a half in the morning in Shanghai.
    assert kept["attempted_at"] == at("01:30")
    assert found(store) == []
    # It is no work of whoever recorded it.
    assert collectors(store, ANALYST).is_empty()
    assert "said nothing" not in str(rows(store, "event")["payload"].to_list())


def test_what_the_rules_forbid_is_found_with_the_rule(store: Store) -> None:
    late_call = report(store, "22:00", "refuses")
    third = report(store, "09:00", "relayed", party="related", number=THIRD, reason="lives there")

    assert found(store) == [(late_call, "quiet_hours", "CO-01"), (third, "not_lost", "CO-04")]
    entry = case_log(store, ANALYST, 1).filter(entry="agency_contact").sort("recorded_at")
    assert entry.select("agency_code", "code", "bars").rows() == [
        ("heyue", "relayed", "not_lost"),
        ("heyue", "refuses", "quiet_hours"),
    ]
    figures = agency_figures(store, ANALYST).filter(agency_code="heyue").row(0, named=True)
    assert (figures["contacts"], figures["findings"]) == (2, 2)


def test_the_fourth_talk_of_a_day_is_one_too_many_and_only_what_came_before_counts(
    store: Store,
) -> None:
    talks = [report(store, clock, "refuses") for clock in ("09:00", "10:00", "12:00", "13:00")]
    report(store, "08:00", "refuses")

    assert found(store) == [(talks[3], "connected_max", "CO-03")]


def test_a_hold_binds_the_agency_and_who_has_no_case_may_not_call_at_all(store: Store) -> None:
    place_hold(store, MAKER, Hold(CASE, "dispute", 7), key=key(), at=AT)
    held = report(store, "09:00")
    others = report(store, "09:00", agency="chengxin")
    recall(store, MAKER, Recall(CASE, "conduct"), at=AT)

    assert found(store) == [
        (held, "on_hold", "CO-11"),
        (others, "not_placed", None),
        (others, "on_hold", "CO-11"),
    ]
    # The day of the recall is still the agency's.
    assert report(store, "09:05") == others + 1
    assert found(store)[3:] == [(others + 1, "on_hold", "CO-11")]


def test_a_report_that_cannot_be_is_refused_and_leaves_no_trace(store: Store) -> None:
    report(store, "09:00")
    before = rows(store, "event").height

    assert refused(store, "09:00") == "agency_contact_known"
    assert refused(store, "09:10", "nobody_home") == "contact_outcome"
    assert refused(store, "09:10", agency="nobody") == "agency_unknown"
    assert refused(store, "09:10", case_id=404) == "case_unknown"  # type: ignore[arg-type]
    assert rows(store, "event").height == before
    assert rows(store, "contact_attempt").height == 1


FILE = f"""\
case_id,at,channel,outcome,party,number,reason,note
1,{LATE_ENOUGH_ON} 22:15,call,no_answer,,,,
1,{LATE_ENOUGH_ON} 09:00,call,promised,,,,will pay
1,{LATE_ENOUGH_ON} 09:00,call,promised,,,,twice
404,{LATE_ENOUGH_ON} 09:00,call,no_answer,,,,
x,{LATE_ENOUGH_ON} 09:00,call,no_answer,,,,
1,yesterday,call,no_answer,,,,
1,{LATE_ENOUGH_ON} 09:00,pigeon,no_answer,,,,
1,2099-01-01 09:00,call,no_answer,,,,
1,{LATE_ENOUGH_ON} 11:00,call,relayed,related,123,a friend,
""".encode()


def test_of_a_file_the_sound_rows_are_kept_and_the_others_say_why(store: Store) -> None:
    upload = upload_contacts(store, MAKER, "heyue", FILE, at=AT)
    again = upload_contacts(store, MAKER, "heyue", FILE, at=AT)

    assert (upload.kept, upload.findings) == (2, 1)
    assert [(row, refusal.reason) for row, refusal, _ in upload.rejected] == [
        (3, "agency_contact_known"),
        (4, "case_unknown"),
        (5, "agency_row_case"),
        (6, "agency_row_time"),
        (7, "agency_row_way"),
        (8, "agency_contact_ahead"),
        (9, "phone_shape"),
    ]
    assert (again.kept, len(again.rejected)) == (0, 9)
    told = rows(store, "event").filter(action="agency_contacts_uploaded")
    assert told.height == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"case_id,at,channel\n", "agency_file_columns"),
        (b"case_id,at,channel,outcome\n", "agency_file_rows"),
        (b"case_id,at,channel,outcome\n" + b"1,2,call,x\n" * 501, "agency_file_rows"),
        (b"\xff\xfe\x00", "agency_file_text"),
        (b"x" * 1_000_001, "agency_file_size"),
    ],
)
def test_a_file_that_is_none_is_refused(store: Store, content: bytes, reason: str) -> None:
    with pytest.raises(LendingError) as refusal:
        upload_contacts(store, MAKER, "heyue", content, at=AT)

    assert refusal.value.reason == reason
