"""What a drawdown under a product comes to: its instalments, its cost sheet, its yearly cost."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from lending_core.products.catalogue import Product, contract_terms
from lending_core.products.cost_sheet import CostSheet, cost_sheet
from lending_core.products.schedule import schedule


@dataclass(frozen=True)
class Drawdown:
    """How much is drawn, over how many months, repaid how, paid out when."""

    amount_fen: int
    instalments: int
    method: str
    disbursed_on: date


def quoted(
    product: Product, annual_rate: Decimal, drawn: Drawdown
) -> tuple[pl.DataFrame, CostSheet]:
    """Every instalment (columns of `schedule`) and all costs of a drawdown."""
    wished = pl.DataFrame(
        {
            "loan_id": [0],
            "product_code": [product.code],
            "principal_fen": [drawn.amount_fen],
            "annual_rate": pl.Series([annual_rate], dtype=pl.Decimal(9, 6)),
            "method": [drawn.method],
            "instalments": [drawn.instalments],
            "disbursed_on": [drawn.disbursed_on],
        }
    )
    terms = wished.join(contract_terms(), on="product_code")
    rows = schedule(terms)
    return rows, cost_sheet(product, terms, rows)


def dearest_cost(product: Product, annual_rate: Decimal, instalments_max: int, on: date) -> Decimal:
    """Interest and all fees as a simple yearly rate (ZD-06): the dearest of the product's methods
    and terms of at most so many months, drawn in full. Without fees that is the rate itself."""
    if not product.fees:
        return annual_rate
    drawdowns = [
        Drawdown(product.draw_max_fen, instalments, method, on)
        for method in product.methods
        for instalments in product.instalments_for(method, instalments_max)
    ]
    return max(quoted(product, annual_rate, each)[1].annual_cost_simple for each in drawdowns)
