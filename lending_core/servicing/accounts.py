"""Double entry: which accounts a disbursement and a payment move. Debits are positive."""

import polars as pl

CASH = "cash"
LOAN_PRINCIPAL = "loan_principal"
INTEREST_INCOME = "interest_income"


def disbursement_lines(loans: pl.DataFrame) -> pl.DataFrame:
    """Journal lines of paid-out loans: principal rises, cash falls.

    Needs entry_id, loan_id, funder_code, disbursed_on, share_fen; one row per loan and funder.
    """
    return _lines(
        loans.rename({"disbursed_on": "booked_on"}),
        {LOAN_PRINCIPAL: pl.col("share_fen"), CASH: -pl.col("share_fen")},
    )


def payment_lines(payments: pl.DataFrame) -> pl.DataFrame:
    """Journal lines of payments: cash rises, principal falls, interest is earned when it is paid.

    Needs entry_id, loan_id, funder_code, paid_on, amount_fen, principal_paid_fen.
    """
    interest = pl.col("amount_fen") - pl.col("principal_paid_fen")
    return _lines(
        payments.rename({"paid_on": "booked_on"}),
        {
            CASH: pl.col("amount_fen"),
            LOAN_PRINCIPAL: -pl.col("principal_paid_fen"),
            INTEREST_INCOME: -interest,
        },
    )


def _lines(entries: pl.DataFrame, amounts: dict[str, pl.Expr]) -> pl.DataFrame:
    keys = ["entry_id", "loan_id", "booked_on", "funder_code"]
    per_account = [
        entries.select(*keys, account=pl.lit(account), amount_fen=amount)
        for account, amount in amounts.items()
    ]
    return pl.concat(per_account).filter(pl.col("amount_fen") != 0)
