"""Whether settlement and the accounts say the same: every sum of money, flow by flow."""

import polars as pl

from lending_core.funding.settlement import COLUMNS, JOURNAL_FLOWS

TIES = {
    "flow": pl.String,
    "settled_fen": pl.Int64,
    "booked_fen": pl.Int64,
    "difference_fen": pl.Int64,
}
# Opens with the loans, and is in no column of a lender's day that is shown.
_LENT = "principal_lent"
_CALLED, _RETURNED = "guarantee_called", "guarantee_returned"


def ties(days: pl.DataFrame, turnover: pl.DataFrame, before_fen: int = 0) -> pl.DataFrame:
    """One row per flow of the journal that settlement reads: what lenders' days add up to, what was
    booked of the flow, and the difference; of guarantees, what was called less what came back.

    `days`: `settlement.by_day` of all lenders over a period; `turnover`: flow and amount_fen of the
    same period; `before_fen`: what of the days' guarantees was settled before it was booked.
    """
    booked = dict(turnover.select("flow", "amount_fen").rows())
    columns = {flow: name for name, flow in COLUMNS.items()}
    rows = []
    for flow in JOURNAL_FLOWS:
        if flow == _LENT:
            continue
        settled, amount = int(days[columns[flow]].sum()), int(booked.get(flow, 0))
        rows.append((flow, settled, amount, settled - amount))
    settled = int(days["guarantee_fen"].sum()) - before_fen
    amount = int(booked.get(_CALLED, 0)) - int(booked.get(_RETURNED, 0))
    rows.append((_CALLED, settled, amount, settled - amount))
    return pl.DataFrame(rows, schema=TIES, orient="row")
