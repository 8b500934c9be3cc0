"""Every rule of the register has a case that breaks it and one that does not."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from lending_core.compliance.register import Rule, checked_rules, checks, rules
from lending_core.ledger.chain import canonical
from lending_core.operations.compliance_checks import FOLDER, FUNCTIONS, Ground, findings, is_known
from lending_core.scoring.features import CONSENT_SOURCES, register
from lending_core.store.engine import Store
from lending_core.store.query_files import QUERY_FOLDER, query_text
from tests.builders import BUSINESS_ON, a_book
from tests.compliance.cases import WRITTEN_CASES, Looked
from tests.operations.compliance_cases import BOOK_CASES, Case, contacts
from tests.operations.compliance_rows import AT_NOON, LENT_ON, Row, a_loan, row, write


class Undone(Exception):
    """Takes back what a case wrote."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One started book for all cases: each is written, looked at and taken back."""
    return a_book(tmp_path_factory.mktemp("rules") / "book.duckdb")


def found(store: Store, rule: Rule, check: str, rows: Iterable[Row]) -> str:
    """Subjects that a check finds once the rows are written; nothing of them stays."""
    subjects: list[str] = []
    with suppress(Undone), store.transaction() as transaction:
        write(transaction, rows)
        broken = findings(Ground(transaction), rule, check)
        subjects.extend(broken["subject_id"].unique().sort())
        raise Undone
    return ", ".join(subjects)


@pytest.mark.parametrize(("key", "case"), BOOK_CASES.items(), ids=map("-".join, BOOK_CASES))
def test_a_book_breaks_a_rule_and_another_just_keeps_it(
    store: Store, key: tuple[str, str], case: Case
) -> None:
    known = rules()[key[0]]
    rule = replace(known, parameters={**known.parameters, **case.parameters})

    broken, kept = (found(store, rule, key[1], rows) for rows in (case.breaks, case.keeps))

    assert (broken, kept) == (case.found, "")


@pytest.mark.parametrize(("key", "look"), WRITTEN_CASES.items(), ids=map("-".join, WRITTEN_CASES))
def test_what_is_written_breaks_a_rule_or_keeps_it(key: tuple[str, str], look: Looked) -> None:
    broken, kept = look(rules()[key[0]])

    assert (broken.is_empty(), kept.is_empty()) == (False, True)


def test_every_check_of_every_rule_has_its_cases() -> None:
    asked = {(rule.rule_id, check) for rule in checked_rules() for check in rule.checks}

    assert asked == BOOK_CASES.keys() | WRITTEN_CASES.keys()


def test_every_check_can_be_carried_out_and_is_asked_for() -> None:
    asked = {check for rule in checked_rules() for check in rule.checks}

    reasons = {name for name, check in checks().items() if check.is_unjudged}
    assert asked == checks().keys() - reasons
    assert [check for check in asked if not is_known(check)] == []
    assert FUNCTIONS.keys() - asked == set()


def test_a_loan_of_which_nothing_was_paid_out_is_found_and_one_of_the_open_day_is_not(
    store: Store,
) -> None:
    today = a_loan(loan={"disbursed_on": BUSINESS_ON + timedelta(days=1)})

    broken, kept = (
        found(store, rules()["PR-11"], "paid_out_short", rows) for rows in (a_loan(), today)
    )

    assert (broken, kept) == ("1", "")


@pytest.mark.parametrize(("minute", "subjects"), [(-1, ""), (1, "1"), (3, "")])
def test_within_the_day_of_a_hold_the_times_tell_what_came_first(
    store: Store, minute: int, subjects: str
) -> None:
    """A hold placed at noon and lifted two minutes later."""
    noon = AT_NOON + timedelta(minutes=minute)
    lifted = {"hold_id": 1, "lifted_on": LENT_ON, "lifted_by": "risk_maker"}
    rows = [
        row("collection_hold"),
        ("collection_hold_end", {**lifted, "recorded_at": AT_NOON + timedelta(minutes=2)}),
        *contacts(1, attempted_at=noon, recorded_at=noon),
    ]

    assert found(store, rules()["CO-11"], "contact_on_hold", rows) == subjects


def test_nobody_is_to_be_contacted_on_the_day_on_which_a_hold_ends_with_its_case(
    store: Store,
) -> None:
    """The case ends on the day of the hold: it may be worked on from the next day on, so never."""
    first_on, ended = LENT_ON - timedelta(days=9), {"case_id": 1, "recorded_at": AT_NOON}
    lifted = {"hold_id": 1, "lifted_by": "system", "recorded_at": AT_NOON}
    worked = []
    with suppress(Undone), store.transaction() as transaction:
        write(transaction, [("collection_case", {"customer_id": 1, "opened_on": first_on} | ended)])
        write(transaction, [("collection_case_end", {"closed_on": LENT_ON} | ended)])
        worked.append(transaction.read("case_to_work", first_on=first_on, on=LENT_ON).height)
        write(
            transaction,
            [row("collection_hold"), ("collection_hold_end", lifted | {"lifted_on": LENT_ON})],
        )
        worked.append(transaction.read("case_to_work", first_on=first_on, on=LENT_ON).height)
        raise Undone

    assert worked == [1, 0]


def test_a_later_draw_of_a_line_needs_a_sheet_of_its_own(store: Store) -> None:
    """Its evidence stands in the ledger, where the first loan's is its acceptance."""
    payload = {"cost_sheet_hash": "0" * 64, "shown_at": AT_NOON, "confirmed_at": AT_NOON}
    drawn = row("event", subject_id=2, payload=canonical(payload))
    rows = [*a_loan(), row("acceptance"), row("loan", loan_id=2), row("funding", loan_id=2)]

    without, kept = (
        found(store, rules()["PR-08"], "sheet_missing", each) for each in (rows, [*rows, drawn])
    )
    unread = found(store, rules()["PR-09"], "sheet_unread", [*rows, drawn])

    assert (without, kept, unread) == ("2", "", "2")


def test_the_query_of_consents_knows_every_feature_of_every_source() -> None:
    parts = re.findall(r"case when(.*?)then '(\w+)' end", query_text(f"{FOLDER}/unconsented"), re.S)
    named = {source: set(re.findall(r"\w+", text)) & register().keys() for text, source in parts}

    assert named == {
        source: {each.name for each in register().values() if each.source == source}
        for source in CONSENT_SOURCES
    }


def test_every_query_of_the_register_runs_over_an_empty_book(store: Store) -> None:
    ground = Ground(store)

    assert {path.parent.name for path in QUERY_FOLDER.glob(f"{FOLDER}/*.sql")} == {FOLDER}
    assert ground.looked_at["loans"] == 0
    assert {
        findings(ground, rule, check).height
        for rule in checked_rules()
        for check in rule.checks
        if check not in NOT_OF_A_BOOK
    } == {0}


# A started book does not keep these: nobody reviewed its first model, and the LPR grows old.
NOT_OF_A_BOOK = ("model_unreviewed", "model_unwatched", "lpr_age")
