"""A run of the line reviews: proposed without a change, answered once, looked at again before."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.errors import InvalidState, LendingError, NotAllowed, NotFound
from lending_core.ledger.chain import Event, first_break, utc_naive
from lending_core.operations.console import book, newest_event_id
from lending_core.operations.line_answers import LineAnswer, answer_line_review
from lending_core.operations.line_reviews import (
    line_proposals,
    line_review_batches,
    line_review_look,
    run_line_review,
)
from lending_core.operations.lines import LineOrder, set_line_status
from lending_core.products.catalogue import caps
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, APPROVER, AT, MAKER, VIEWER
from tests.operations.journeys import rows

AS_OF_ON, OPEN_ON = date(2026, 10, 31), date(2026, 11, 1)
TABLES = ("limit_change", "line_change", "line_proposal_answer", "event")


@pytest.fixture(scope="module")
def run_book(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated book with run 1 of the line reviews, which waits for an answer."""
    database = Path(shutil.copy(simulated_book, tmp_path_factory.mktemp("run") / "book.duckdb"))
    store = open_store(database)
    run_line_review(store, MAKER, at=AT)
    store.close()
    return database


@pytest.fixture
def store(run_book: Path, tmp_path: Path) -> Store:
    return open_store(Path(shutil.copy(run_book, tmp_path / "book.duckdb")))


def proposed(store: Store, action: str | None = None) -> list[int]:
    """Lines of run 1, of one action or all."""
    found = line_proposals(store, VIEWER, 1)
    chosen = found if action is None else found.filter(action=action)
    return chosen["line_id"].to_list()


def answer(store: Store, *lines: int, reason: str | None = "outlook") -> list[tuple[Any, ...]]:
    """Accepts these lines of run 1; what was left out."""
    given = LineAnswer(1, lines, reason)
    return answer_line_review(store, MAKER, given, at=AT).select("line_id", "left_out").rows()


def batch(store: Store) -> dict[str, Any]:
    return line_review_batches(store, VIEWER).filter(batch_id=1).row(0, named=True)


def sizes(store: Store) -> list[int]:
    return [rows(store, table).height for table in TABLES]


def limits(store: Store) -> dict[int, int]:
    """Every line's limit in force."""
    found = store.read("line_in_force", customer_id=None, line_id=None)
    return dict(found.select("line_id", "limit_fen").rows())


def add(store: Store, table: str, row: dict[str, Any]) -> None:
    with store.transaction() as transaction:
        transaction.append(table, pl.DataFrame([row]))


def test_a_look_writes_nothing_and_says_what_a_run_would(store: Store) -> None:
    before = sizes(store)

    look = line_review_look(store, VIEWER)

    assert (look.as_of_on, look.policy_version, look.is_done) == (AS_OF_ON, 1, True)
    assert look.lines == batch(store)["lines"]
    would = look.rows.filter("is_proposed")
    assert would["line_id"].to_list() == proposed(store)
    assert sizes(store) == before


def test_a_run_changes_no_line_and_waits(store: Store) -> None:
    found = batch(store)

    assert rows(store, "limit_change")["reason"].unique().to_list() == ["approved"]
    assert (found["batch_state"], found["answered"], found["run_by"]) == (
        "waiting", 0, "risk_maker",
    )  # fmt: skip
    counted = [found[name] for name in ("freezes", "decreases", "increases")]
    assert sum(counted) == found["proposals"] == len(proposed(store))
    assert min(counted) > 0


def test_one_month_end_is_reviewed_once_under_one_policy(store: Store) -> None:
    with pytest.raises(InvalidState) as refusal:
        run_line_review(store, MAKER, at=AT)

    assert refusal.value.reason == "line_review_done"


def test_all_is_carried_out_once_each_with_its_event(store: Store) -> None:
    lines, told = proposed(store), []

    left_out = answer_line_review(
        store, MAKER, LineAnswer(1, tuple(lines)), at=AT, progress=lambda *done: told.append(done)
    )

    assert left_out.is_empty()
    assert told == [(len(lines), len(lines))]
    now, found = limits(store), line_proposals(store, VIEWER, 1)
    moved = found.filter(pl.col("action") != "freeze")
    assert [now[line] for line in moved["line_id"]] == moved["proposed_limit_fen"].to_list()
    frozen = rows(store, "line_change").filter(reason="line_review_freeze")
    assert sorted(frozen["line_id"]) == proposed(store, "freeze")
    events = rows(store, "event").sort("event_id")
    chain = [Event(**row) for row in events.rows(named=True)]
    reviewed = [event.subject_id for event in chain if event.action == "line_reviewed"]
    assert sorted(reviewed) == lines
    assert (chain[-1].action, chain[-1].subject_kind) == ("line_review_answered", "line_review")
    assert first_break(chain) is None
    assert (batch(store)["batch_state"], batch(store)["carried_out"]) == ("answered", len(lines))


def test_a_changed_limit_is_dated_to_the_open_day_and_numbered_after_the_others(
    store: Store,
) -> None:
    before = rows(store, "limit_change")["limit_change_id"].max()
    line = proposed(store, "increase")[0]

    answer(store, line)

    change = rows(store, "limit_change").sort("limit_change_id").row(-1, named=True)
    assert (change["line_id"], change["changed_on"], change["reason"]) == (
        line, OPEN_ON, "line_review_increase",
    )  # fmt: skip
    assert change["limit_change_id"] == before + 1  # type: ignore[operator]


def test_a_part_is_carried_out_and_the_rest_keeps_its_reason(store: Store) -> None:
    before, part = limits(store), proposed(store, "increase")

    answer(store, *part, reason="wait_a_month")

    untouched = proposed(store, "decrease")
    assert [limits(store)[line] for line in untouched] == [before[line] for line in untouched]
    answers = line_proposals(store, VIEWER, 1).group_by("is_accepted", "reason").len()
    assert sorted(answers.rows(), reverse=True) == [
        (True, "accepted", len(part)),
        (False, "wait_a_month", len(proposed(store)) - len(part)),
    ]


def test_nothing_accepted_changes_nothing_but_is_an_answer(store: Store) -> None:
    before = limits(store)

    answer(store, reason="policy_to_change")

    assert limits(store) == before
    assert (batch(store)["batch_state"], batch(store)["carried_out"]) == ("answered", 0)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"batch_id": 1, "accepted": ()}, "line_decline_reason"),
    ({"batch_id": 1, "accepted": (), "reason": "accepted"}, "line_decline_reason"),
    ({"batch_id": 1, "accepted": (10**9,), "reason": "outlook"}, "line_not_proposed"),
    ({"batch_id": 2, "accepted": (), "reason": "outlook"}, "line_batch_unknown"),
]


@pytest.mark.parametrize(("given", "reason"), REFUSED)
def test_a_refused_answer_leaves_no_trace(store: Store, given: dict[str, Any], reason: str) -> None:
    before = (sizes(store), newest_event_id(store))

    with pytest.raises(LendingError) as refusal:
        answer_line_review(store, MAKER, LineAnswer(**given), at=AT)

    assert refusal.value.reason == reason
    assert (sizes(store), newest_event_id(store)) == before


def test_an_answered_run_is_not_answered_again(store: Store) -> None:
    answer(store, *proposed(store, "freeze"))
    before = sizes(store)

    with pytest.raises(InvalidState) as refusal:
        answer(store, *proposed(store))

    assert refusal.value.reason == "line_batch_answered"
    assert sizes(store) == before


def test_work_that_is_stopped_midway_has_changed_nothing(store: Store) -> None:
    before = sizes(store)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt((done, total))

    with pytest.raises(KeyboardInterrupt):
        answer_line_review(
            store, MAKER, LineAnswer(1, tuple(proposed(store))), at=AT, progress=stop
        )

    assert sizes(store) == before
    assert batch(store)["batch_state"] == "waiting"


def test_only_who_manages_lines_runs_and_answers(store: Store) -> None:
    with pytest.raises(NotAllowed):
        run_line_review(store, ANALYST, at=AT)
    with pytest.raises(NotAllowed):
        answer_line_review(store, ANALYST, LineAnswer(1, (), "outlook"), at=AT)

    assert batch(store)["answered"] == 0


def test_a_line_frozen_or_limited_anew_since_is_left_out_and_named(store: Store) -> None:
    frozen, moved, kept = proposed(store, "decrease")[:3]
    set_line_status(store, APPROVER, LineOrder(frozen, "frozen", "identity_doubt"), at=AT)
    change = {"line_id": moved, "changed_on": OPEN_ON, "limit_fen": 1, "reason": "approved"}
    add(store, "limit_change", {**change, "limit_change_id": 10**9})

    left_out = answer(store, frozen, moved, kept)

    assert left_out == [(frozen, "line_changed"), (moved, "line_changed")]
    assert batch(store)["left_out"] == 2
    assert limits(store)[moved] == 1


def test_an_increase_for_somebody_late_since_is_left_out(store: Store) -> None:
    late, kept = proposed(store, "increase")[:2]
    loans = rows(store, "loan").filter(line_id=late)["loan_id"].to_list()
    positions = rows(store, "loan_position").filter(pl.col("loan_id").is_in(loans))
    with store.transaction() as transaction:
        now_late = positions.with_columns(days_past_due=pl.lit(1, pl.Int32))
        transaction.replace("loan_position", "loan_id", now_late)

    assert answer(store, late, kept) == [(late, "customer_past_due")]


def test_a_decrease_below_what_was_drawn_since_is_left_out(store: Store) -> None:
    drawn, kept = proposed(store, "decrease")[:2]
    loan = rows(store, "loan").filter(line_id=drawn).row(0, named=True)
    more = {
        **loan,
        "loan_id": 10**9,
        "disbursed_on": OPEN_ON,
        "principal_fen": limits(store)[drawn],
    }
    frame = pl.DataFrame([more], schema=rows(store, "loan").schema)
    with store.transaction() as transaction:
        transaction.append("loan", frame)

    assert answer(store, drawn, kept) == [(drawn, "drawn_since")]


def test_what_happened_on_the_open_day_is_replayed_before_a_change(store: Store) -> None:
    """A payment taken back on the open day: the borrower owes more, and is late."""
    line = proposed(store, "increase")[0]
    loan_id = rows(store, "loan").filter(line_id=line)["loan_id"].max()
    paid = rows(store, "loan_event").filter(loan_id=loan_id, kind="payment")
    taken_back = {
        "loan_event_id": 10**9,
        "loan_id": loan_id,
        "kind": "reversal",
        "effective_on": OPEN_ON,
        "reverses_event_id": paid["loan_event_id"].min(),
        "recorded_on": OPEN_ON,
        "recorded_at": utc_naive(AT),
        "recorded_by": "analyst",
    }
    add(store, "loan_event", taken_back)

    assert answer(store, line) == [(line, "customer_past_due")]


def test_an_increase_that_a_newer_line_left_no_room_for_is_left_out(store: Store) -> None:
    line = proposed(store, "increase")[0]
    known = rows(store, "credit_line").filter(line_id=line)
    cap = caps().small_business_limit_fen
    with store.transaction() as transaction:
        transaction.append("credit_line", known.with_columns(line_id=pl.lit(10**9)))
    change = {"line_id": 10**9, "changed_on": OPEN_ON, "limit_fen": cap, "reason": "approved"}
    add(store, "limit_change", {**change, "limit_change_id": 10**9})

    assert answer(store, line) == [(line, "less_room")]


def test_a_run_of_an_earlier_month_is_declined_only_and_gives_way(store: Store) -> None:
    advanced = {**vars(book(store)), "business_on": date(2026, 11, 30)}
    with store.transaction() as transaction:
        transaction.clear("book")
        transaction.append("book", pl.DataFrame([advanced]))

    with pytest.raises(InvalidState) as refusal:
        answer(store, *proposed(store))
    second = run_line_review(store, MAKER, at=AT + timedelta(minutes=1))

    assert refusal.value.reason == "line_batch_outdated"
    assert second == 2
    assert (batch(store)["batch_state"], batch(store)["answered_by"]) == ("answered", "system")
    assert set(line_proposals(store, VIEWER, 1)["reason"]) == {"replaced"}


def test_a_line_changed_after_the_month_end_is_not_reviewed_for_it_again(store: Store) -> None:
    answer(store, *proposed(store))

    again = line_review_look(store, VIEWER)

    assert again.rows.filter("is_proposed").is_empty()


def test_an_unknown_run_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        line_proposals(store, VIEWER, 404)
