"""What is settled with lenders: which sums of the journal are theirs, by day and over a period."""

import functools
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from lending_core.settings import reference_file

# Column of a settlement -> flow that it adds up. `transferred` is principal that came with loans
# that changed hands, `price` what was paid for them, `guarantee` what was paid out of guarantees.
COLUMNS = {
    "funded_fen": "funding_received",
    "principal_fen": "principal_repaid",
    "interest_fen": "interest_paid",
    "penalty_fen": "penalty_paid",
    "fee_fen": "fee_paid",
    "recovered_fen": "recovered",
    "guarantee_fen": "guarantee",
    "price_fen": "price",
    "written_off_fen": "principal_written_off",
    "transferred_fen": "transferred",
    "lent_fen": "principal_lent",
}
# Flows of the journal that a settlement reads.
JOURNAL_FLOWS = tuple(
    flow for flow in COLUMNS.values() if flow not in ("guarantee", "price", "transferred")
)
SHOWN = tuple(name for name in COLUMNS if name != "lent_fen")
# Flows of money from borrowers, each passed on or kept by rule.
_BY_RULE = {
    "principal_fen": "principal_repaid",
    "interest_fen": "interest_paid",
    "penalty_fen": "penalty_paid",
    "fee_fen": "fee_paid",
    "recovered_fen": "recovered",
}


@dataclass(frozen=True)
class Terms:
    """How money is settled (`settlement.toml`): flows passed on to lenders, and kept by the
    house."""

    passed_on: tuple[str, ...]
    kept: tuple[str, ...]


@functools.cache
def settlement_terms() -> Terms:
    """The rules in force. Raises `ValueError` for a flow that is neither or both."""
    document = tomllib.loads(reference_file("settlement.toml").read_text("utf-8"))
    terms = Terms(tuple(document["passed_on"]), tuple(document["kept"]))
    if sorted((*terms.passed_on, *terms.kept)) != sorted(_BY_RULE.values()):
        raise ValueError("every flow of money from borrowers is either passed on or kept")
    return terms


def by_day(flows: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """One row per lender and day, the oldest first: funder_code, booked_on, `SHOWN`, passed_on_fen
    (what of the money from borrowers is the lender's), net_fen (what the house pays the lender,
    less what the lender pays in) and change_fen (of the principal that it is owed).

    `flows`: funder_code, booked_on, flow, amount_fen.
    """
    wide = flows.group_by("funder_code", "booked_on").agg(
        pl.col("amount_fen").filter(pl.col("flow") == flow).sum().alias(name)
        for name, flow in COLUMNS.items()
    )
    passed = [name for name, flow in _BY_RULE.items() if flow in terms.passed_on]
    net = pl.col("passed_on_fen") + pl.col("guarantee_fen") + pl.col("price_fen")
    change = pl.col("lent_fen") - pl.col("principal_fen") - pl.col("written_off_fen")
    return (
        wide.with_columns(passed_on_fen=pl.sum_horizontal(passed))
        .with_columns(
            net_fen=net - pl.col("funded_fen"), change_fen=change + pl.col("transferred_fen")
        )
        .drop("lent_fen")
        .sort("booked_on", "funder_code")
    )


def totals(days: pl.DataFrame) -> dict[str, int]:
    """The sums of a lender's days: every amount of `by_day`."""
    amounts = [name for name in days.columns if name.endswith("_fen")]
    return {name: int(days[name].sum()) for name in amounts}


@dataclass(frozen=True)
class Statement:
    """What a lender is told of a period: its days, their sums, and the principal that it was owed
    before and is owed at the end."""

    funder_code: str
    from_on: date
    to_on: date
    days: pl.DataFrame
    opening_fen: int

    @property
    def sums(self) -> dict[str, int]:
        """The sums of the period."""
        return totals(self.days)

    @property
    def closing_fen(self) -> int:
        """The principal that the lender is owed at the end of the period."""
        return self.opening_fen + self.sums["change_fen"]

    @property
    def figures(self) -> dict[str, Any]:
        """What the statement says in short."""
        balances = {"opening_fen": self.opening_fen, "closing_fen": self.closing_fen}
        return {**self.sums, **balances}
