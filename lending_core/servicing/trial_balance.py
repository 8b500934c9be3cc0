"""The trial balance: balances and turnover by account, their totals, and whether they agree."""

from dataclasses import dataclass

import polars as pl

from lending_core.servicing.accounts import CASH, LOAN_PRINCIPAL, accounts

AMOUNTS = ("opening_fen", "debit_fen", "credit_fen", "closing_fen")
RESULT_KINDS = ("income", "expense")


@dataclass(frozen=True)
class Totals:
    """A trial balance at a glance. `result_fen` is income less expense of the period; `off_fen` is
    by how much debits and credits differ, added up over the lenders that do not agree: 0 in order.
    """

    debit_fen: int
    credit_fen: int
    cash_fen: int
    principal_fen: int
    result_fen: int
    off_fen: int


def in_chart_order(balances: pl.DataFrame) -> pl.DataFrame:
    """Rows by lender and then as the chart of accounts lists them, with `account_kind`.

    Needs account, and funder_code unless the rows are of all lenders together.
    """
    by = [name for name in ("funder_code",) if name in balances.columns]
    known = balances.join(_chart(), on="account", how="left")
    return known.sort(*by, "place", "account", nulls_last=True).drop("place")


def by_account(balances: pl.DataFrame) -> pl.DataFrame:
    """One row per account over all lenders: account, account_kind and `AMOUNTS`."""
    summed = balances.group_by("account").agg(pl.col(*AMOUNTS).sum())
    return in_chart_order(summed).select("account", "account_kind", *AMOUNTS)


def totals(balances: pl.DataFrame) -> Totals:
    """The totals over all rows. Needs funder_code, account, account_kind and `AMOUNTS`."""
    moved = pl.col("debit_fen") - pl.col("credit_fen")
    is_result = pl.col("account_kind").is_in(RESULT_KINDS)
    found = balances.select(
        pl.col("debit_fen", "credit_fen").sum(),
        cash_fen=pl.col("closing_fen").filter(pl.col("account") == CASH).sum(),
        principal_fen=pl.col("closing_fen").filter(pl.col("account") == LOAN_PRINCIPAL).sum(),
        result_fen=-moved.filter(is_result).sum(),
    )
    return Totals(**found.row(0, named=True), off_fen=_off_fen(balances))


def in_two_columns(balances: pl.DataFrame) -> pl.DataFrame:
    """The rows with each balance on the side where it stands, as accountants read it.

    Adds opening_debit_fen, opening_credit_fen, closing_debit_fen, closing_credit_fen; None on the
    other side, and on both where the balance is zero. Needs opening_fen and closing_fen.
    """
    sides = [
        pl.when(sign * pl.col(f"{name}_fen") > 0)
        .then(sign * pl.col(f"{name}_fen"))
        .alias(f"{name}_{side}_fen")
        for name in ("opening", "closing")
        for side, sign in (("debit", 1), ("credit", -1))
    ]
    return balances.with_columns(sides)


def cash_flows(turnover: pl.DataFrame) -> pl.DataFrame:
    """One row per flow that moved cash: flow, amount_fen (in positive, out negative). Needs flow,
    debit_account, credit_account, amount_fen."""
    came_in = pl.col("debit_account") == CASH
    return turnover.filter(came_in | (pl.col("credit_account") == CASH)).select(
        "flow", amount_fen=pl.when(came_in).then("amount_fen").otherwise(-pl.col("amount_fen"))
    )


def result_by_account(balances: pl.DataFrame) -> pl.DataFrame:
    """One row per account of income or expense that moved in the period: account, amount_fen (what
    it added to the result; an expense is negative). Needs the columns of `by_account`."""
    moved = balances.filter(pl.col("account_kind").is_in(RESULT_KINDS)).select(
        "account", amount_fen=pl.col("credit_fen") - pl.col("debit_fen")
    )
    return moved.filter(pl.col("amount_fen") != 0)


def _off_fen(balances: pl.DataFrame) -> int:
    """One lender's difference never hides another's, nor the opening balance that of the period."""
    by_funder = balances.group_by("funder_code").agg(
        opening_fen=pl.col("opening_fen").sum().abs(),
        moved_fen=(pl.col("debit_fen") - pl.col("credit_fen")).sum().abs(),
        closing_fen=pl.col("closing_fen").sum().abs(),
    )
    differences = by_funder.select(pl.max_horizontal("opening_fen", "moved_fen", "closing_fen"))
    return int(differences.to_series().sum())


def _chart() -> pl.DataFrame:
    rows = [(code, known.kind, place) for place, (code, known) in enumerate(accounts().items())]
    return pl.DataFrame(
        rows,
        schema={"account": pl.String, "account_kind": pl.String, "place": pl.Int64},
        orient="row",
    )
