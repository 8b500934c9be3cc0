"""The cost sheet of a loan on paper (PR-08), with what its borrower confirmed (PR-09)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.compliance.paper import Fact, Paper, Table
from lending_core.compliance.register import referred
from lending_core.money import FEN_PER_YUAN, currency_sign
from lending_core.products.catalogue import catalogue
from lending_core.products.cost_sheet import CostItem, CostSheet, DefaultCost


@dataclass(frozen=True)
class Contract:
    """A loan as its contract says it, and its sheet reckoned anew: `sheet_hash` is over sheet and
    instalments. `confirmed_hash`, `shown_at` and `confirmed_at` (UTC): what its borrower confirmed;
    None where nothing is on record."""

    loan_id: int
    method: str
    disbursed_on: date
    sheet: CostSheet
    schedule: pl.DataFrame
    sheet_hash: str
    confirmed_hash: str | None
    shown_at: datetime | None
    confirmed_at: datetime | None

    @property
    def is_as_confirmed(self) -> bool:
        """Whether the sheet is the one that was confirmed, to the last fen and day."""
        return self.sheet_hash == self.confirmed_hash


def sheet_paper(
    contract: Contract, language: str, made_at: datetime, *, is_simulated: bool
) -> Paper:
    """The sheet in `en` or `zh`."""
    product = catalogue()[contract.sheet.product_code]
    name = product.name_zh if language == "zh" else product.name_en
    return Paper(
        language=language,
        title=_word("sheet.title", language),
        subtitle=_word(
            "sheet.subtitle",
            language,
            loan_id=contract.loan_id,
            product=name,
            on=contract.disbursed_on,
        ),
        footer=_word("sheet.statement", language),
        made_at=made_at,
        warning=_word("sheet.simulated", language) if is_simulated else "",
        facts=_facts(contract, language),
        tables=[_normal(contract, language), _late(contract, language), _plan(contract, language)],
        notes=_notes(contract, language),
    )


def _facts(contract: Contract, language: str) -> list[Fact]:
    sheet = contract.sheet
    count = contract.schedule.height
    values = {
        "principal": _money(sheet.principal_fen),
        "method": _word(f"method.{contract.method}", language),
        "instalments": str(count),
        "cost": _money(sheet.paid_in_fen - sheet.principal_fen),
        "paid": _money(sheet.paid_in_fen),
        "simple": _rate(sheet.annual_cost_simple),
        "compound": _rate(sheet.annual_cost_compound),
    }
    return [
        Fact(_word(f"sheet.{name}", language), value, strong=name == "simple")
        for name, value in values.items()
    ]


def _normal(contract: Contract, language: str) -> Table:
    names = ("item", "basis", "rate", "payee", "amount", "annual")
    return Table(
        _word("sheet.normal_title", language),
        [_word(f"sheet.{name}", language) for name in names],
        [_item(item, language) for item in contract.sheet.items],
        [False, False, True, False, True, True],
        [2, 4, 2, 2, 2, 2],
    )


def _item(item: CostItem, language: str) -> list[str]:
    return [
        _word(f"cost_item.{item.item}", language),
        _word(f"cost_basis.{item.basis}", language),
        _rate(item.rate),
        _word(f"payee.{item.payee}", language),
        _money(item.amount_fen),
        _rate(item.annual_cost_simple),
    ]


def _late(contract: Contract, language: str) -> Table:
    names = ("item", "basis", "rate", "payee", "after")
    return Table(
        _word("sheet.late_title", language),
        [_word(f"sheet.{name}", language) for name in names],
        [_default(each, language) for each in contract.sheet.default_costs],
        [False, False, True, False, False],
        [2, 4, 2, 2, 3],
    )


def _default(cost: DefaultCost, language: str) -> list[str]:
    return [
        _word(f"cost_item.{cost.item}", language),
        _word(f"cost_basis.{cost.basis}", language),
        _rate(cost.annual_rate),
        _word(f"payee.{cost.payee}", language),
        _word("sheet.after_days", language, days=cost.after_days + 1),
    ]


def _plan(contract: Contract, language: str) -> Table:
    names = ("number", "due_on", "due_principal", "due_interest", "due_total")
    rows = contract.schedule.select("number", "due_on", "principal_fen", "interest_fen").rows()
    return Table(
        _word("sheet.plan_title", language),
        [_word(f"sheet.{name}", language) for name in names],
        [
            [str(number), on.isoformat(), _money(principal), _money(interest), _money(in_all)]
            for number, on, principal, interest in rows
            for in_all in [principal + interest]
        ],
        [True, False, True, True, True],
        [1, 2, 2, 2, 2],
    )


def _notes(contract: Contract, language: str) -> list[str]:
    stops = _rate(contract.sheet.penalty_stops_annual_rate)
    notes = [
        _word("sheet.statement", language),
        _word("sheet.penalty_stops", language, rate=stops),
    ]
    if contract.confirmed_hash is None or not contract.shown_at or not contract.confirmed_at:
        return [*notes, _word("sheet.unconfirmed", language)]
    confirmed = _word(
        "sheet.confirmed",
        language,
        shown_at=f"{contract.shown_at:%Y-%m-%d %H:%M:%S}",
        confirmed_at=f"{contract.confirmed_at:%Y-%m-%d %H:%M:%S}",
        seconds=int((contract.confirmed_at - contract.shown_at).total_seconds()),
    )
    kind = "hash_as_confirmed" if contract.is_as_confirmed else "hash_differs"
    return [*notes, confirmed, _word(f"sheet.{kind}", language, hash=contract.confirmed_hash)]


def _money(fen: int) -> str:
    return f"{currency_sign('CNY')}{Decimal(fen) / FEN_PER_YUAN:,.2f}"


def _rate(rate: Decimal) -> str:
    return f"{rate:.2%}"


def _word(code: str, language: str, **facts: Any) -> str:
    words: dict[str, str] = referred(f"cost_sheet.toml#{code}")
    return words[language].format(**facts)
