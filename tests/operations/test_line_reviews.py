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
from lending_core.policy.document import LINE_ACTIONS
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


@pytest.fixture(scope="module")
def untouched(run_book: Path) -> Store:
    """For what leaves no trace."""
    return open_store(run_book)


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


def test_a_look_writes_nothing_and_says_what_a_run_would(untouched: Store) -> None:
    before = sizes(untouched)

    look = line_review_look(untouched, VIEWER)

    assert (look.as_of_on, look.policy_version, look.is_done) == (AS_OF_ON, 1, True)
    assert look.lines == batch(untouched)["lines"]
    would = look.rows.filter("is_proposed")
    assert would["line_id"].to_list() == proposed(untouched)
    assert sizes(untouched) == before


def test_a_run_changes_no_line_and_waits(untouched: Store) -> None:
    found = batch(untouched)

    assert rows(untouched, "limit_change")["reason"].unique().to_list() == ["approved"]
    assert (found["batch_state"], found["answered"], found["run_by"]) == (
        "waiting", 0, "risk_maker",
    )  # fmt: skip
    counted = [len(proposed(untouched, action)) for action in LINE_ACTIONS]
    assert sum(counted) == found["proposals"] == len(proposed(untouched))
    assert min(counted) > 0


def test_one_month_end_is_reviewed_once_under_one_policy(untouched: Store) -> None:
    with pytest.raises(InvalidState) as refusal:
        run_line_review(untouched, MAKER, at=AT)

    assert refusal.value.reason == "line_review_done"


def test_all_is_carried_out_once_each_with_its_event(store: Store) -> None:
    lines, told, first_id = proposed(store), [], len(limits(store)) + 1

    left_out = answer_line_review(
        store, MAKER, LineAnswer(1, tuple(lines)), at=AT, progress=lambda *done: told.append(done)
    )

    assert left_out.is_empty()
    assert told == [(len(lines), len(lines))]
    now, found = limits(store), line_proposals(store, VIEWER, 1)
    moved = found.filter(pl.col("action") != "freeze")
    assert [now[line] for line in moved["line_id"]] == moved["proposed_limit_fen"].to_list()
    changes = rows(store, "limit_change").filter(pl.col("reason") != "approved")
    numbers = sorted(changes["limit_change_id"])
    assert numbers == list(range(first_id, first_id + moved.height))
    assert set(changes["changed_on"]) == {OPEN_ON}
    frozen = rows(store, "line_change").filter(reason="line_review_freeze")
    assert sorted(frozen["line_id"]) == proposed(store, "freeze")
    events = rows(store, "event").sort("event_id")
    chain = [Event(**row) for row in events.rows(named=True)]
    reviewed = [event.subject_id for event in chain if event.action == "line_reviewed"]
    assert sorted(reviewed) == lines
    assert (chain[-1].action, chain[-1].subject_kind) == ("line_review_answered", "line_review")
    assert first_break(chain) is None
    assert (batch(store)["batch_state"], batch(store)["carried_out"]) == ("answered", len(lines))


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
def test_a_refused_answer_leaves_no_trace(
    untouched: Store, given: dict[str, Any], reason: str
) -> None:
    before = (sizes(untouched), newest_event_id(untouched))

    with pytest.raises(LendingError) as refusal:
        answer_line_review(untouched, MAKER, LineAnswer(**given), at=AT)

    assert refusal.value.reason == reason
    assert (sizes(untouched), newest_event_id(untouched)) == before


def test_an_answered_run_is_not_answered_again(store: Store) -> None:
    answer(store, *proposed(store, "freeze"))
    before = sizes(store)

    with pytest.raises(InvalidState) as refusal:
        answer(store, *proposed(store))

    assert refusal.value.reason == "line_batch_answered"
    assert sizes(store) == before


def test_work_that_is_stopped_midway_has_changed_nothing(untouched: Store) -> None:
    before = sizes(untouched)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt((done, total))

    with pytest.raises(KeyboardInterrupt):
        answer_line_review(
            untouched, MAKER, LineAnswer(1, tuple(proposed(untouched))), at=AT, progress=stop
        )

    assert sizes(untouched) == before
    assert batch(untouched)["batch_state"] == "waiting"


def test_only_who_manages_lines_runs_and_answers(untouched: Store) -> None:
    with pytest.raises(NotAllowed):
        run_line_review(untouched, ANALYST, at=AT)
    with pytest.raises(NotAllowed):
        answer_line_review(untouched, ANALYST, LineAnswer(1, (), "outlook"), at=AT)

    assert batch(untouched)["answered"] == 0


def test_what_holds_no_longer_is_left_out_and_named_each_for_its_reason(store: Store) -> None:
    frozen, moved, drawn, lowered = proposed(store, "decrease")[:4]
    late, full, raised = proposed(store, "increase")[:3]
    set_line_status(store, APPROVER, LineOrder(frozen, "frozen", "identity_doubt"), at=AT)
    limit_anew(store, moved, 70_000)
    draw_on(store, drawn, limits(store)[drawn])
    be_late(store, late)
    another_line(store, full)

    left_out = answer(store, frozen, moved, drawn, lowered, late, full, raised)

    assert dict(left_out) == {
        frozen: "line_changed",
        moved: "line_changed",
        drawn: "drawn_since",
        late: "customer_past_due",
        full: "less_room",
    }
    assert (batch(store)["carried_out"], batch(store)["left_out"]) == (2, 5)
    assert limits(store)[moved] == 70_000


def limit_anew(store: Store, line: int, limit_fen: int) -> None:
    """Another limit from the open day on."""
    change = {"line_id": line, "changed_on": OPEN_ON, "limit_fen": limit_fen, "reason": "approved"}
    number = len(rows(store, "limit_change")) + 1
    add(store, "limit_change", {**change, "limit_change_id": number})


def draw_on(store: Store, line: int, principal_fen: int) -> None:
    """A loan of the open day under the line."""
    loan = rows(store, "loan").filter(line_id=line).row(0, named=True)
    more = {**loan, "loan_id": 10**9, "disbursed_on": OPEN_ON, "principal_fen": principal_fen}
    frame = pl.DataFrame([more], schema=rows(store, "loan").schema)
    with store.transaction() as transaction:
        transaction.append("loan", frame)


def be_late(store: Store, line: int) -> None:
    """The line's loans were a day past due at the newest close."""
    loans = rows(store, "loan").filter(line_id=line).select("loan_id")
    positions = rows(store, "loan_position").join(loans, on="loan_id", how="semi")
    with store.transaction() as transaction:
        late = positions.with_columns(days_past_due=pl.lit(1, pl.Int32))
        transaction.replace("loan_position", "loan_id", late)


def another_line(store: Store, line: int) -> None:
    """The customer of the line gets another one, with the largest limit that the law allows."""
    known = rows(store, "credit_line").filter(line_id=line)
    with store.transaction() as transaction:
        transaction.append("credit_line", known.with_columns(line_id=pl.lit(10**9)))
    limit_anew(store, 10**9, caps().small_business_limit_fen)


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


def test_an_unknown_run_is_not_found(untouched: Store) -> None:
    with pytest.raises(NotFound):
        line_proposals(untouched, VIEWER, 404)


def test_a_kept_proposal_is_held_by_a_cap_where_the_look_names_one(untouched: Store) -> None:
    looked = line_review_look(untouched, VIEWER).rows.filter("is_proposed")

    held = line_proposals(untouched, VIEWER, 1).filter(held_by="cap")["line_id"].to_list()

    named = looked.filter(pl.col("held_by").is_not_null())["line_id"].to_list()
    assert held == named != []
