"""The line review of a large book: a look at every line, and an answer that changes many."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.operations.books import start_book
from lending_core.operations.console import Book
from lending_core.operations.deciding import FEATURE_COLUMNS
from lending_core.operations.line_answers import LineAnswer, answer_line_review
from lending_core.operations.line_reviews import (
    line_proposals,
    line_review_look,
    run_line_review,
)
from lending_core.store.engine import Store, open_store
from lending_core.store.events import Moment
from tests.bench.bench_policy import PAST

LINES = 1_000_000
ACCEPTED = 100_000
MAKER = Actor("risk_maker", Role.RISK_MAKER)
AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
MONTH_END = date(2026, 10, 31)

# A line per application, two of three with money out and each tenth late once; six month ends.
FILL = (
    """
    insert into customer by name
    select application_id as customer_id, kind, 'n' as name, 'i' as id_number, 'p' as phone,
        date '1990-01-01' as birth_on, '44' as region_code, false as is_student,
        false as is_court_listed, true as is_simulated, date '2025-01-01' as joined_on
    from past
    """,
    """
    insert into application by name
    select application_id, application_id as customer_id, product_code, 'travel' as scenario,
        'mini_program' as channel, amount_asked_fen, instalments_asked,
        date '2025-06-01' + (application_id % 480)::integer as applied_on,
        timestamp '2025-06-01' as recorded_at
    from past
    """,
    "insert into application_feature by name select {features} from past",
    """
    insert into assessment by name
    select application_id, 1 as model_version, score, default_probability, [0] as points from past
    """,
    """
    insert into credit_line by name
    select application_id as line_id, customer_id, application_id, product_code,
        0.12 as annual_rate, applied_on as opened_on
    from application
    """,
    """
    insert into limit_change by name
    select line_id, line_id as limit_change_id, opened_on as changed_on, 'approved' as reason,
        100000 * (1 + line_id % 30) as limit_fen
    from credit_line
    """,
    """
    insert into loan by name
    select line_id as loan_id, application_id, customer_id, line_id, product_code,
        'travel' as scenario, 'mini_program' as channel, '44' as region_code, 'C' as band,
        60000 * (1 + line_id % 30) as principal_fen, annual_rate, 'equal_principal' as method,
        12 as instalments, 'ACT/365' as day_count, 0 as grace_days, 1.5 as penalty_multiple,
        false as carries_remainder, opened_on as disbursed_on, opened_on as first_due_on
    from credit_line
    """,
    """
    insert into loan_month by name
    select loan_id, last_day(date '2026-05-01' + to_months(step.range::integer)) as month_end_on,
        6 as months_on_book, 'open' as standing, disbursed_on,
        false as entered_30, false as entered_90, false as entered_default,
        case when loan_id % 10 = step.range then 12 else 0 end as days_past_due,
        'C' as bucket, 'normal' as asset_class, 1 as stage,
        case when loan_id % 3 > 0 then principal_fen else 0 end as principal_fen,
        {nothing}
    from loan
    cross join range(6) as step
    """,
)
NO_MONEY = (
    "overdue_fen",
    "paid_fen",
    "interest_receivable_fen",
    "penalty_fen",
    "fee_fen",
    "written_off_fen",
    "allowance_fen",
)


def run() -> list[dict[str, Any]]:
    """Seconds on two cores, and lines changed in a second."""
    with tempfile.TemporaryDirectory() as folder:
        store = _filled(Path(folder) / "book.duckdb")
        look = _seconds(lambda: line_review_look(store, MAKER))
        batch_id = run_line_review(store, MAKER, at=AT)
        chosen = line_proposals(store, MAKER, batch_id)["line_id"].head(ACCEPTED).to_list()
        given = LineAnswer(batch_id, tuple(chosen), "outlook")
        answered = _seconds(lambda: answer_line_review(store, MAKER, given, at=AT))
        store.close()
    return [
        _row(f"line review: a look at {LINES:,} lines", look, 10),
        _row(f"line review: {len(chosen):,} changes looked at again and carried out", answered, 40),
    ]


def _filled(path: Path) -> Store:
    store = open_store(path)
    book = Book("bench", True, 1, "CNY", date(2025, 1, 1), MONTH_END)
    with store.transaction() as transaction:
        start_book(transaction, Moment(SYSTEM, MONTH_END, AT), book, customers=LINES)
    store.close()
    nothing = ", ".join(f"0 as {name}" for name in NO_MONEY)
    with duckdb.connect(str(path), config={"threads": 2}) as connection:
        connection.execute("select setseed(0.5)")
        applications = PAST.format(applications=LINES).partition(" as\n")[2]
        connection.execute(f"create temp table past as {applications}")
        for statement in FILL:
            facts = {"features": ", ".join(FEATURE_COLUMNS), "nothing": nothing}
            connection.execute(statement.format(**facts))
    return open_store(path)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _row(name: str, figure: float, aim: int) -> dict[str, Any]:
    return {"name": name, "figure": figure, "aim": f"at most {aim}", "unit": "seconds"}
