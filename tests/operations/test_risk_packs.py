"""Risk packs: made by the close of a month, kept as made, their hashes in the ledger."""

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from lending_core.errors import InvalidState, NotFound
from lending_core.operations.catching_up import catch_up
from lending_core.operations.risk_pack_sections import sections
from lending_core.operations.risk_packs import make_risk_pack, pack_file, risk_packs
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, AT, VIEWER, a_book
from tests.operations.journeys import lent, rows, run_to
from tests.pages.tapes import write_tape

LAST_ON = date(2026, 11, 30)


def closed(store: Store) -> None:
    """One loan, paid out on 1 November 2026, and its month closed."""
    lent(store)
    run_to(store, LAST_ON - timedelta(days=1))
    catch_up(store, ANALYST, LAST_ON, at=AT, progress=lambda _: None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb", closed)


def test_the_close_of_a_month_makes_its_pack_in_both_languages(store: Store) -> None:
    files = risk_packs(store, VIEWER)

    assert files.select("month_end_on", "language", "kind", "made_by").rows() == [
        (LAST_ON, "en", "pdf", "system"),
        (LAST_ON, "en", "xlsx", "system"),
        (LAST_ON, "zh", "pdf", "system"),
        (LAST_ON, "zh", "xlsx", "system"),
    ]


def test_the_close_of_a_month_runs_the_register_of_rules_too(store: Store) -> None:
    runs = rows(store, "compliance_run")

    assert runs.select("business_on", "run_by").rows() == [(LAST_ON, "system")]


def test_a_file_is_what_the_ledger_says(store: Store) -> None:
    made = pack_file(store, VIEWER, 3)

    event = rows(store, "event").filter(action="risk_pack_made").row(0, named=True)
    assert made.name == "risk_pack_2026-11_zh.pdf"
    assert made.content.startswith(b"%PDF-")
    assert made.content_hash == hashlib.sha256(made.content).hexdigest()
    assert json.loads(event["payload"])["content_hashes"][2] == made.content_hash


def test_a_pack_made_again_leaves_the_one_before(store: Store) -> None:
    make_risk_pack(store, ANALYST, at=AT)

    made_by = risk_packs(store, VIEWER)["made_by"].sort().to_list()
    assert made_by == ["analyst"] * 4 + ["system"] * 4


def test_a_book_without_loans_has_nothing_to_report(tmp_path: Path) -> None:
    empty = a_book(tmp_path / "empty.duckdb")

    with pytest.raises(InvalidState) as refusal:
        make_risk_pack(empty, ANALYST, at=AT)

    assert refusal.value.reason == "pack_of_nothing"


@pytest.mark.parametrize(
    ("shape", "codes"),
    [
        ("outcomes", ["cohorts"]),
        (
            "months",
            ["summary", "overdue", "concentration", "cohorts", "roll", "provisions", "warnings"],
        ),
    ],
)
def test_the_pack_of_a_tape_has_the_parts_that_the_tape_can_tell(
    tmp_path: Path, shape: str, codes: list[str]
) -> None:
    tape = open_store(write_tape(tmp_path / "tape.duckdb", shape))

    told = sections(tape, ANALYST, date(2011, 12, 31))

    assert [section.code for section in told] == codes
    assert make_risk_pack(tape, ANALYST, at=AT) == date(2011, 12, 31)


def test_an_unknown_file_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        pack_file(store, VIEWER, 99)
