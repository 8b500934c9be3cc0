"""The cost sheet: everything a loan costs, item by item, as shown before the contract (PR-08)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from lending_core.money import divide_round
from lending_core.products.catalogue import Fee, Product, caps
from lending_core.products.cost import borrower_flows, cost_of_credit

# The sentence "nothing beyond the costs shown is charged", in the text tables of the screens.
STATEMENT = "cost_sheet.no_other_charges"


@dataclass(frozen=True)
class CostItem:
    """A cost of a loan repaid as agreed: `rate` of `basis`, to `payee`, in all `amount_fen`.

    `annual_cost_simple` is its share of the yearly cost; the items' shares add up to the whole.
    """

    item: str
    basis: str
    rate: Decimal
    payee: str
    amount_fen: int
    annual_cost_simple: Decimal


@dataclass(frozen=True)
class DefaultCost:
    """A cost that arises only if the borrower is late: `annual_rate` of `basis`, to `payee`, day by
    day from `after_days` days past due on, in place of interest."""

    item: str
    basis: str
    annual_rate: Decimal
    payee: str
    after_days: int


@dataclass(frozen=True)
class CostSheet:
    """What PR-08 asks to be shown; `paid_in_fen` and yearly costs hold for repayment as agreed.
    Penalty stops where interest, fees and penalty of the loan together reach
    `penalty_stops_annual_rate` of the principal outstanding (ZD-14)."""

    product_code: str
    principal_fen: int
    items: tuple[CostItem, ...]
    paid_in_fen: int
    annual_cost_simple: Decimal
    annual_cost_compound: Decimal
    default_costs: tuple[DefaultCost, ...]
    penalty_stops_annual_rate: Decimal
    statement: str


def cost_sheet(product: Product, terms: pl.DataFrame, schedule: pl.DataFrame) -> CostSheet:
    """The sheet of one loan. `terms` is its row of terms, `schedule` its instalments."""
    loan = terms.row(0, named=True)
    flows = borrower_flows(terms, schedule)
    items = [_interest_item(loan["annual_rate"], schedule, flows)]
    for fee in product.fees:
        with_fee = pl.concat([flows, _fee_flows(fee, terms, schedule)])
        items.append(_fee_item(fee, flows, with_fee))
        flows = with_fee
    cost = cost_of_credit(flows).row(0, named=True)
    return CostSheet(
        product_code=product.code,
        principal_fen=loan["principal_fen"],
        items=tuple(items),
        paid_in_fen=loan["principal_fen"] + sum(item.amount_fen for item in items),
        annual_cost_simple=cost["annual_cost_simple"],
        annual_cost_compound=cost["annual_cost_compound"],
        default_costs=(_penalty(product, loan["annual_rate"]),),
        penalty_stops_annual_rate=caps().total_cost_annual_rate,
        statement=STATEMENT,
    )


def _interest_item(annual_rate: Decimal, schedule: pl.DataFrame, flows: pl.DataFrame) -> CostItem:
    return CostItem(
        item="interest",
        basis="outstanding_principal",
        rate=annual_rate,
        payee="lender",
        amount_fen=int(schedule["interest_fen"].sum()),
        annual_cost_simple=_simple(flows),
    )


def _fee_item(fee: Fee, without: pl.DataFrame, with_fee: pl.DataFrame) -> CostItem:
    paid_fen = int(without["amount_fen"].sum()) - int(with_fee["amount_fen"].sum())
    share = _simple(with_fee) - _simple(without)
    return CostItem(fee.item, fee.basis, fee.rate, fee.payee, paid_fen, share)


def _fee_flows(fee: Fee, terms: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """What is paid for a fee: on the day of the money, or with each instalment."""
    loan = terms.row(0, named=True)
    top, bottom = fee.rate.as_integer_ratio()
    amount_fen = int(divide_round(loan["principal_fen"] * top, bottom))
    is_once = fee.basis == "principal_when_paid_out"
    days: list[date] = [loan["disbursed_on"]] if is_once else schedule["due_on"].to_list()
    return pl.DataFrame(
        {
            "loan_id": [loan["loan_id"]] * len(days),
            "on": days,
            "amount_fen": [-amount_fen] * len(days),
        }
    )


def _penalty(product: Product, annual_rate: Decimal) -> DefaultCost:
    return DefaultCost(
        item="penalty_interest",
        basis="overdue_principal",
        annual_rate=product.penalty_annual_rate(annual_rate),
        payee="lender",
        after_days=product.grace_days,
    )


def _simple(flows: pl.DataFrame) -> Decimal:
    cost: Decimal = cost_of_credit(flows)["annual_cost_simple"][0]
    return cost
