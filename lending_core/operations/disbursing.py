"""From an accepted offer to money paid out: funder, contract, schedule, journal, ledger."""

import polars as pl

from lending_core.funding.match import match
from lending_core.products.catalogue import contract_terms
from lending_core.products.schedule import schedule
from lending_core.store.engine import Transaction
from lending_core.store.events import Happening, Moment, append_events

LOAN_COLUMNS = (
    "loan_id",
    "application_id",
    "customer_id",
    "line_id",
    "product_code",
    "scenario",
    "channel",
    "region_code",
    "band",
    "principal_fen",
    "annual_rate",
    "method",
    "instalments",
    "day_count",
    "grace_days",
    "penalty_multiple",
    "carries_remainder",
    "disbursed_on",
    "first_due_on",
)


def disburse(transaction: Transaction, moment: Moment, accepted: pl.DataFrame) -> pl.DataFrame:
    """Funds and pays out accepted offers; returns the loans written, with funder_code.

    `accepted`: one row each with application_id, customer_id, line_id, product_code, scenario,
    channel, region_code, band, principal_fen, annual_rate, method, instalments, disbursed_on.
    An offer for which no funder has room is absent from the answer and stays unpaid.
    A funder's room is its quota less what it was owed at the last close and has lent since.
    """
    first_id = transaction.next_id("loan", "loan_id")
    numbered = accepted.join(
        contract_terms(), on="product_code", maintain_order="left"
    ).with_columns(loan_id=pl.int_range(first_id, first_id + accepted.height, dtype=pl.Int64))
    room = transaction.read("funder_room")
    funding = match(numbered, room)
    funded = numbered.join(funding, on="loan_id", maintain_order="left")
    instalments = schedule(funded.with_columns(every_months=pl.lit(1)))
    loans = funded.join(
        instalments.group_by("loan_id").agg(first_due_on=pl.col("due_on").min()),
        on="loan_id",
        maintain_order="left",
    )
    _save(transaction, moment, loans, instalments)
    return loans


def _save(
    transaction: Transaction, moment: Moment, loans: pl.DataFrame, instalments: pl.DataFrame
) -> None:
    transaction.append("loan", loans.select(LOAN_COLUMNS))
    transaction.append(
        "instalment",
        instalments.select(
            "loan_id",
            "number",
            "due_on",
            "principal_fen",
            "interest_fen",
            total_before_fen=pl.col("total_fen").cum_sum().over("loan_id") - pl.col("total_fen"),
        ),
    )
    transaction.append("funding", loans.select("loan_id", "funder_code", "share_fen"))
    append_events(transaction, moment, "loan_disbursed", _happenings(loans))


def _happenings(loans: pl.DataFrame) -> list[Happening]:
    facts = loans.select(
        "loan_id",
        "application_id",
        "principal_fen",
        pl.col("annual_rate").cast(pl.String),
        "method",
        "instalments",
        "disbursed_on",
        "funder_code",
    )
    return [("loan", row.pop("loan_id"), row) for row in facts.rows(named=True)]
