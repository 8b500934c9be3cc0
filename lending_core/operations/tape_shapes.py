"""What the rows of a tape come to as a book: its loans and their month ends, by the tape's shape.

Rows stand in tables of the desk (`tape_desk.stage`). With `writes` the loans are written; without,
only what is wrong of rows beside each other is found: what the report before an import says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlglot import exp

from lending_core.operations.tape_desk import ROWS, StagedRows
from lending_core.portfolio.tape_months import Months, followed
from lending_core.portfolio.tape_payments import replayed
from lending_core.store.engine import Transaction
from lending_core.store.query_files import query_text

# Month ends followed at a time, which bounds the memory of an import: the fewer, the more often it
# tells how far it is; but each time the rows are looked through.
CHUNK_ROWS_MIN, CHUNK_ROWS_MAX, CHUNKS = 1_000_000, 2_000_000, 20
# Loans replayed at a time.
CHUNK_LOANS = 10_000
LATE, MONTHS = "tape_late", "tape_month"
LATE_SCHEMA = {"position": pl.Int64, "reason": pl.String, "target": pl.String}
FACTS = (
    *("lent_fen", "annual_rate", "product_code", "scenario", "channel", "region_code", "band"),
    "funder_code",
)

# How many rows are done, of how many (0: not known yet), and which step it is: reading, loans,
# counting or done.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Derived:
    """What staged rows came to.

    For each table of rows (payments the second): how many were `loaded`, and in `late` position,
    reason and target of those that other rows contradict. `from_on`: the earliest disbursement;
    `gaps`: how many months are missing between others of a loan.
    """

    loans: int
    from_on: date | None
    loaded: tuple[int, ...]
    late: tuple[pl.DataFrame, ...]
    gaps: int = 0


@dataclass(frozen=True)
class Shaping:
    """One run over staged rows: up to which day they tell, and whether it writes the book."""

    as_of_on: date
    writes: bool
    progress: Callable[[int, int], None]


def outcomes(transaction: Transaction, _: list[StagedRows], shaping: Shaping) -> Derived:
    """Loans by how they ended: those written off are in default at the month of their last payment,
    or of their disbursement where they never paid. When they really stopped, the tape does not say.
    """
    late = transaction.read("tape/repeated").cast(pl.Schema(LATE_SCHEMA))
    transaction.keep(LATE, late)
    loans, from_on = _sound(transaction, ROWS)
    if shaping.writes:
        _write_loans(transaction, "tape/loan")
        transaction.append_query("loan_month", "tape/default_month")
    return Derived(loans - late.height, from_on, (loans - late.height,), (late,))


def months(transaction: Transaction, told: list[StagedRows], shaping: Shaping) -> Derived:
    """Loans month by month: what each month end was before, and what it enters."""
    on = {"as_of_on": shaping.as_of_on}
    loans = transaction.stage("tape_account", query_text("tape/account"), **on)
    if shaping.writes:
        _write_loans(transaction, "tape/written_account")
    transaction.stage(MONTHS, query_text("tape/month"), **on)
    first_on = _first_on(transaction)
    late, gaps, loaded = [_none()], 0, 0
    rows = min(CHUNK_ROWS_MAX, max(CHUNK_ROWS_MIN, told[0].rows // CHUNKS))
    size = max(1, rows * loans // max(told[0].rows, 1))
    for first in range(1, loans + 1, size):
        part = {"first_loan_id": first, "last_loan_id": min(first + size - 1, loans)}
        found = followed(transaction.read("tape/month_part", **part))
        if shaping.writes:
            _write_months(transaction, found, part)
        late.append(found.refused.cast(pl.Schema(LATE_SCHEMA)))
        gaps, loaded = gaps + found.gaps, loaded + found.rows.height
        shaping.progress(part["last_loan_id"], loans)
    return Derived(loans, first_on, (loaded,), (pl.concat(late),), gaps)


def payments(transaction: Transaction, told: list[StagedRows], shaping: Shaping) -> Derived:
    """Loans by their payments: month ends as the engine that services loans replays them. Where one
    file tells both, each row is a payment and repeats its loan."""
    is_one_file = told[0].file == told[1].file
    late = _none() if is_one_file else transaction.read("tape/repeated")
    transaction.keep(LATE, late.cast(pl.Schema(LATE_SCHEMA)))
    query = "tape/contract_repeated" if is_one_file else "tape/contract"
    loans = transaction.stage("tape_contract", query_text(query))
    late_paid = transaction.read("tape/payment_late").cast(pl.Schema(LATE_SCHEMA))
    paid = transaction.stage("tape_payment_told", query_text("tape/payment"))
    _, first_on = _sound(transaction, ROWS)
    if shaping.writes and loans:
        _write_loans(transaction, "tape/contract_loan")
        transaction.append_query("tape_payment", "tape/payment")
        _write_replayed(transaction, shaping)
    sound = _sound(transaction, ROWS)[0] - late.height
    return Derived(loans, first_on, (sound, paid), (late, late_paid))


def _write_loans(transaction: Transaction, query: str) -> None:
    transaction.append_query("tape_loan", query)
    transaction.make_key("tape_loan", "loan_id")


def _write_replayed(transaction: Transaction, shaping: Shaping) -> None:
    numbers = transaction.read("tape/contract_number")["loan_id"]
    chunks = list(numbers.to_frame().iter_slices(CHUNK_LOANS))
    for done, chunk in enumerate(chunks, start=1):
        part = {"first_loan_id": chunk["loan_id"][0], "last_loan_id": chunk["loan_id"][-1]}
        loans = transaction.read("tape/contract_part", **part)
        paid = transaction.read("tape/payment_part", **part)
        found = followed(replayed(loans, paid, shaping.as_of_on))
        facts = loans.select("loan_id", *FACTS)
        rows = found.rows.join(facts, on="loan_id", maintain_order="left")
        transaction.append("loan_month", rows)
        shaping.progress(done, len(chunks))


def _sound(transaction: Transaction, table: str) -> tuple[int, date | None]:
    """How many rows of a table of the desk are sound, and the first day of disbursement."""
    counted = exp.Count(this=exp.Star()).as_("rows")
    first = exp.Min(this=exp.column("disbursed_on")).as_("first_on")
    is_sound = exp.column("failed").is_(exp.null())
    query = exp.select(counted, first).from_(table).where(is_sound)
    rows, first_on = transaction.evaluate(query.sql("duckdb")).row(0)
    return int(rows), first_on


def _first_on(transaction: Transaction) -> date | None:
    first = exp.Min(this=exp.column("disbursed_on")).as_("first_on")
    on = transaction.evaluate(exp.select(first).from_("tape_account").sql("duckdb")).item()
    return on if isinstance(on, date) else None


def _write_months(transaction: Transaction, found: Months, part: dict[str, int]) -> None:
    facts = transaction.read("tape/account_facts", **part)
    rows = found.rows.join(facts, on="loan_id", maintain_order="left")
    # What the tape does not say of any of them need not go over.
    said = [each.name for each in rows if each.null_count() < rows.height]
    transaction.append("loan_month", rows.select(said))


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=LATE_SCHEMA)
