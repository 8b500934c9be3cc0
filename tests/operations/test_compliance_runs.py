"""Runs of the register over a book, what people say to it, and what the ledger keeps of both."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.compliance.register import rules
from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.catching_up import catch_up
from lending_core.operations.compliance_answers import (
    Answer,
    Attestation,
    answer,
    attest,
    end_waiver,
)
from lending_core.operations.compliance_reports import (
    RuleNow,
    findings_of_rule,
    history_of_rule,
    newest_run,
    register_now,
)
from lending_core.operations.compliance_runs import (
    RunCounts,
    close_with_register,
    run_register,
)
from lending_core.store.engine import Store
from tests.builders import ANALYST, APPROVER, AT, BUSINESS_ON, MAKER, OPEN_ON, a_book
from tests.operations.compliance_rows import a_loan, write
from tests.operations.journeys import rows

RULE = "IL-05"
UNTIL = date(2026, 11, 2)
WAIVER = Answer(RULE, "waived", "agreed with the lender", ("loan", "1"), UNTIL)


def with_findings(store: Store) -> None:
    """Two loans over longer than five years; the register has run."""
    with store.transaction() as transaction:
        for number in (1, 2):
            write(transaction, a_loan(number, loan={"instalments": 61}))
    run_register(store, APPROVER, at=AT)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb", with_findings)


def now(store: Store, rule_id: str = RULE) -> RuleNow:
    return next(each for each in register_now(store, ANALYST) if each.rule.rule_id == rule_id)


def test_a_run_keeps_findings_results_and_the_numbers_they_were_held_against(store: Store) -> None:
    found = findings_of_rule(store, ANALYST, RULE)
    history = history_of_rule(store, ANALYST, RULE)

    assert found.select("subject_id", "measured", "limit_value", "standing").rows() == [
        ("1", 61, 60, "open"),
        ("2", 61, 60, "open"),
    ]
    assert history.select("status", "looked_at", "findings", "run_by").rows() == [
        ("broken", 2, 2, "risk_approver")
    ]
    kept = rows(store, "compliance_result").filter(rule_id=RULE)["parameters"][0]
    assert json.loads(kept) == {"person_months": 60, "business_months": 120}
    assert (now(store).standing, now(store).open_findings) == ("broken", 2)


def test_the_same_book_comes_to_the_same_run(store: Store) -> None:
    first = newest_run(store, ANALYST)
    shown: list[tuple[int, int]] = []

    counts = run_register(store, APPROVER, at=AT, progress=lambda *done: shown.append(done))

    again = newest_run(store, ANALYST)
    assert first is not None
    assert again is not None
    assert replace(again, run_id=first.run_id) == first
    assert counts == RunCounts(first.rules, first.broken, first.findings)
    assert shown[-1] == (91, 91)


def test_a_run_stands_in_the_ledger(store: Store) -> None:
    event = rows(store, "event").filter(action="compliance_run").row(0, named=True)

    run = newest_run(store, ANALYST)
    assert run is not None
    assert json.loads(event["payload"])["content_hash"] == run.content_hash


def test_a_run_that_was_stopped_keeps_nothing(store: Store) -> None:
    before = newest_run(store, ANALYST)

    def stop(*_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run_register(store, APPROVER, at=AT, progress=stop)

    assert newest_run(store, ANALYST) == before


def test_the_close_of_a_month_runs_the_register_and_another_day_does_not(store: Store) -> None:
    close_with_register(store, date(2026, 10, 30), at=AT)
    close_with_register(store, BUSINESS_ON, at=AT)

    run = newest_run(store, ANALYST)
    assert run is not None
    assert (run.run_id, run.business_on, run.run_by) == (2, BUSINESS_ON, "system")


def test_a_waived_finding_does_not_count_until_its_day(store: Store) -> None:
    answer(store, APPROVER, WAIVER, at=AT)

    one = now(store)
    answer(store, APPROVER, replace(WAIVER, subject=None), at=AT)

    assert (one.standing, one.open_findings) == ("broken", 1)
    assert (now(store).standing, now(store).open_findings) == ("waived", 0)
    catch_up(store, ANALYST, UNTIL, at=AT, progress=lambda _: None)
    assert (now(store).standing, now(store).open_findings) == ("broken", 2)


def test_an_acknowledged_finding_counts_all_the_same(store: Store) -> None:
    known = Answer(RULE, "acknowledged", "being mended", ("loan", "1"))

    answer(store, APPROVER, known, at=AT)

    standings = findings_of_rule(store, ANALYST, RULE)["standing"].to_list()
    assert standings == ["acknowledged", "open"]
    assert now(store).open_findings == 2


def test_what_was_said_of_one_thing_has_no_day_of_what_was_said_of_all(store: Store) -> None:
    answer(store, APPROVER, replace(WAIVER, subject=None), at=AT)
    answer(store, APPROVER, Answer(RULE, "acknowledged", "being mended", ("loan", "1")), at=AT)

    said = findings_of_rule(store, ANALYST, RULE).select("standing", "until_on").rows()

    assert said == [("acknowledged", None), ("waived", UNTIL)]


def test_a_waiver_that_was_ended_counts_again_and_is_not_ended_twice(store: Store) -> None:
    answer_id = answer(store, APPROVER, WAIVER, at=AT)

    end_waiver(store, APPROVER, answer_id, "over", at=AT)

    assert now(store).open_findings == 2
    with pytest.raises(InvalidState, match="does not hold"):
        end_waiver(store, APPROVER, answer_id, "again", at=AT)
    with pytest.raises(NotFound):
        end_waiver(store, APPROVER, 99, "no such", at=AT)
    actions = rows(store, "event")["action"].to_list()[-2:]
    assert actions == ["compliance_answered", "compliance_waiver_ended"]


@pytest.mark.parametrize("until_on", [date(2026, 10, 31), date(2027, 11, 2)])
def test_a_waiver_lasts_a_year_at_most(store: Store, until_on: date) -> None:
    with pytest.raises(InvalidInput, match="between 2026-11-01 and 2027-11-01"):
        answer(store, APPROVER, replace(WAIVER, until_on=until_on), at=AT)


def test_an_answer_needs_a_rule_that_is_checked_words_and_a_day_for_a_waiver() -> None:
    with pytest.raises(NotFound, match="MK-01"):
        Answer("MK-01", "acknowledged", "why")
    with pytest.raises(InvalidInput, match="Say why"):
        Answer(RULE, "acknowledged", " ")
    with pytest.raises(InvalidInput, match="day until"):
        Answer(RULE, "waived", "why")


def test_a_rule_that_nothing_can_look_at_is_due_until_somebody_attests_it(store: Store) -> None:
    before = now(store, "MK-03")

    attest(store, APPROVER, Attestation("MK-03", "link audit of October"), at=AT)

    after = now(store, "MK-03")
    assert rules()["MK-03"].every_months == 6
    assert (before.standing, after.standing, after.due_on) == ("due", "attested", date(2027, 5, 1))
    assert rows(store, "event")["action"].to_list()[-1] == "rule_attested"


def test_every_rule_that_nothing_can_look_at_is_due_unless_attested_lately(store: Store) -> None:
    """Half of them never attested, of the others half attested so long ago that it has lapsed."""
    attested = [rule for rule in rules().values() if rule.kind == "attested"]
    lapsed, fresh = attested[1::4], attested[3::4]
    statements = [
        {
            "attestation_id": number,
            "rule_id": rule.rule_id,
            "statement": "seen",
            "attested_on": BUSINESS_ON - timedelta(days=400),
            "due_on": due_on,
            "attested_by": "risk_approver",
            "recorded_at": utc_naive(AT),
        }
        for due_on, part in ((OPEN_ON, lapsed), (OPEN_ON + timedelta(days=1), fresh))
        for number, rule in enumerate(part, start=1 + 100 * (part is fresh))
    ]
    with store.transaction() as transaction:
        transaction.append("compliance_attestation", pl.DataFrame(statements))

    standings = {each.rule.rule_id: each.standing for each in register_now(store, ANALYST)}

    in_force = {rule.rule_id for rule in attested if rule.is_in_force(OPEN_ON)}
    due = {rule.rule_id for rule in attested if standings[rule.rule_id] == "due"}
    assert due == in_force - {rule.rule_id for rule in fresh}
    assert {standings[rule.rule_id] for rule in fresh} == {"attested"}


def test_what_cannot_be_judged_is_said_and_breaks_nothing(store: Store) -> None:
    """A loan without instalments: no yearly cost follows from money that is never paid back."""
    with store.transaction() as transaction:
        write(transaction, a_loan(3, instalment=None))

    run_register(store, APPROVER, at=AT)

    found = findings_of_rule(store, ANALYST, "PR-06")
    assert found.select("subject_id", "check_name").rows() == [("3", "unjudged_cost")]
    rule = now(store, "PR-06")
    assert (rule.standing, rule.open_findings, rule.unjudged) == ("unjudged", 0, 1)
    assert history_of_rule(store, ANALYST, "PR-06")["findings"][0] == 0


def test_nobody_but_the_approver_answers_the_register(store: Store) -> None:
    with pytest.raises(NotAllowed):
        answer(store, MAKER, WAIVER, at=AT)

    assert rows(store, "compliance_answer").is_empty()
