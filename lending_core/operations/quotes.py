"""What an offer comes to when it is drawn: shown before the contract, checked by the contract."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import polars as pl

from lending_core.ledger.chain import digest
from lending_core.products.catalogue import catalogue
from lending_core.products.cost_sheet import CostSheet
from lending_core.products.quoting import Drawdown, quoted


@dataclass(frozen=True)
class Quote:
    """What the borrower has set, and what follows from it: every instalment, all costs."""

    amount_fen: int
    instalments: int
    method: str
    schedule: pl.DataFrame
    sheet: CostSheet


def quote(
    case: Mapping[str, Any], amount_fen: int, instalments: int, method: str, on: date
) -> Quote:
    """The instalments and costs of an offer (`application_case.sql`) drawn as wished, paid out
    `on`."""
    drawn = Drawdown(amount_fen, instalments, method, on)
    rows, sheet = quoted(catalogue()[case["product_code"]], case["annual_rate"], drawn)
    return Quote(amount_fen, instalments, method, rows, sheet)


def cost_sheet_hash(shown: Quote) -> str:
    """SHA-256 of the sheet and the instalments as shown: what the borrower confirmed."""
    instalments = shown.schedule.select("due_on", "principal_fen", "interest_fen").rows()
    facts = {**asdict(shown.sheet), "instalments": instalments}
    return digest(facts)
