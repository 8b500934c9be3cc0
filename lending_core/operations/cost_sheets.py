"""What a loan costs in a year, as quoted, by contract and as really paid; its cost sheet as PDF."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.compliance.cost_checks import costs
from lending_core.compliance.paper import pdf_bytes
from lending_core.compliance.sheet_paper import Contract, sheet_paper
from lending_core.errors import NotFound
from lending_core.operations.compliance_checks import sheets_from
from lending_core.operations.console import book
from lending_core.operations.quotes import cost_sheet_hash, quote
from lending_core.products.catalogue import caps
from lending_core.store.engine import Store


@dataclass(frozen=True)
class YearlyCost:
    """A cost in a year, simple and compound (PR-06, PR-07); None where there is no such rate: too
    little came back."""

    simple: Decimal | None
    compound: Decimal | None


@dataclass(frozen=True)
class LoanCost:
    """The cost of a loan at its three moments, and the cap that simple rates are held to (ZD-06).
    `actual` counts what is still owed as if paid on the newest closed day."""

    quoted: YearlyCost
    contract: YearlyCost
    actual: YearlyCost
    cap: Decimal
    is_confirmed: bool
    is_as_confirmed: bool
    confirmed_at: datetime | None


def loan_cost(store: Store, actor: Actor, loan_id: int) -> LoanCost:
    """What a loan costs. Raises `NotAllowed` and `NotFound`."""
    require(actor, Permission.VIEW_BOOK)
    contract = _contract(store, loan_id)
    sheet = contract.sheet
    return LoanCost(
        quoted=YearlyCost(sheet.annual_cost_simple, sheet.annual_cost_compound),
        contract=_cost(store, "contract_flow", loan_id),
        actual=_cost(store, "actual_flow", loan_id),
        cap=caps().all_in_annual_rate,
        is_confirmed=contract.confirmed_hash is not None,
        is_as_confirmed=contract.is_as_confirmed,
        confirmed_at=contract.confirmed_at,
    )


def cost_sheet_pdf(
    store: Store, actor: Actor, loan_id: int, language: str, *, at: datetime
) -> bytes:
    """The cost sheet of a loan in `en` or `zh`, with what was confirmed. Raises `NotAllowed` and
    `NotFound`."""
    require(actor, Permission.VIEW_BOOK)
    contract = _contract(store, loan_id)
    is_simulated = book(store).is_simulated
    return pdf_bytes(sheet_paper(contract, language, at, is_simulated=is_simulated))


def _contract(store: Store, loan_id: int) -> Contract:
    rows = store.read(
        "compliance/sheet_evidence", loan_id=loan_id, effective_on=sheets_from()
    ).rows(named=True)
    if not rows:
        raise NotFound("loan_unknown", loan_id=loan_id)
    row = rows[0]
    offered = quote(
        row, row["principal_fen"], row["instalments"], row["method"], row["disbursed_on"]
    )
    return Contract(
        loan_id=loan_id,
        method=row["method"],
        disbursed_on=row["disbursed_on"],
        sheet=offered.sheet,
        schedule=offered.schedule,
        sheet_hash=cost_sheet_hash(offered),
        confirmed_hash=row["cost_sheet_hash"],
        shown_at=row["shown_at"],
        confirmed_at=row["confirmed_at"],
    )


def _cost(store: Store, flows: str, loan_id: int) -> YearlyCost:
    found = costs(store.read(f"compliance/{flows}", loan_id=loan_id))
    if found.is_empty():
        return YearlyCost(None, None)
    rates = found.select(pl.col("annual_cost_simple", "annual_cost_compound")).row(0)
    return YearlyCost(*rates)
