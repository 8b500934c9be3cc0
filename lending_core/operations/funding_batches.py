"""What a matching is asked: loans beside what each lender in force has lent so far."""

import json
from collections import defaultdict
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.funding.answer import SHARES
from lending_core.funding.batch import LOAN_COLUMNS, Batch, Objective, Offer, Rules, matching_rules
from lending_core.funding.funders import Agreement, Funder, read_agreement
from lending_core.operations.agreement_register import agreements_in_force
from lending_core.operations.console import book
from lending_core.operations.funder_register import funder_of
from lending_core.store.engine import Store, Transaction

_AGREED = tuple(each.name for each in fields(Agreement) if each.name != "source")
_QUESTION = (*LOAN_COLUMNS, "waiting_since")
# What the book is counted by for limits on its parts.
_PARTS = ("region_code", "product_code")
# Rules that were added later say nothing where they are not set: kept matchings stay as they were.
_LATER = {"book_part_base_min_fen": 0}


@dataclass
class Standing:
    """What each lender has lent, by funder code: kept up to date while days are matched one after
    the other. `lent_fen`: by (code, day). `joint_fen`: own part of joint loans by partner.
    `balances_fen`: as `Batch.balances_fen`, of all lenders together."""

    funders: dict[str, Funder]
    versions: dict[str, int]
    outstanding_fen: dict[str, int]
    lent_fen: dict[tuple[str, date], int]
    joint_fen: dict[str, dict[str, int]]
    balances_fen: dict[tuple[str, str], int] = field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()

    @classmethod
    def of(cls, reader: Store | Transaction, to_on: date | None = None) -> "Standing":
        """As the book stands: balances at the newest close and what was lent since."""
        open_on = book(reader).open_on
        terms = reader.read("funder_in_force")
        lent = reader.read("funder_lent", from_on=open_on, to_on=to_on or open_on)
        joint: dict[str, dict[str, int]] = defaultdict(dict)
        for code, partner, fen in reader.read("funder_joint").rows():
            joint[code][partner] = fen
        return cls(
            funders={row["funder_code"]: funder_of(row) for row in terms.rows(named=True)},
            versions=dict(terms.select("funder_code", "version_id").rows()),
            outstanding_fen=dict(reader.read("funder_owed").rows()),
            lent_fen={(code, on): fen for code, on, fen in lent.rows()},
            joint_fen=joint,
            balances_fen={
                (part, code): fen for part, code, fen in reader.read("balance_by_part").rows()
            },
            agreements=agreements_in_force(reader),
        )

    def offers(self, on: date) -> tuple[Offer, ...]:
        """What each lender offers on a day."""
        return tuple(self._offer(funder, on) for funder in self.funders.values())

    def add(self, shares: pl.DataFrame, loans: pl.DataFrame, on: date) -> None:
        """Counts what was just lent on a day; `shares` as `answer.SHARES`, of these `loans`."""
        self._add_to_parts(shares, loans)
        of_joint: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for loan_id, code, role, fen in shares.select(list(SHARES)[:4]).rows():
            self.outstanding_fen[code] = self.outstanding_fen.get(code, 0) + fen
            self.lent_fen[code, on] = self.lent_fen.get((code, on), 0) + fen
            if role != "whole":
                of_joint[loan_id].append((code, fen))
        for lenders in of_joint.values():
            self._add_joint(lenders)

    def _add_to_parts(self, shares: pl.DataFrame, loans: pl.DataFrame) -> None:
        lent = set(shares["loan_id"].to_list())
        for loan_id, fen, *codes in loans.select("loan_id", "principal_fen", *_PARTS).rows():
            for part in zip(_PARTS, codes, strict=True):
                if loan_id in lent:
                    self.balances_fen[part] = self.balances_fen.get(part, 0) + fen

    def _add_joint(self, lenders: list[tuple[str, int]]) -> None:
        for code, fen in lenders:
            own = self.joint_fen.setdefault(code, {})
            for partner, _ in lenders:
                if partner != code:
                    own[partner] = own.get(partner, 0) + fen

    def _offer(self, funder: Funder, on: date) -> Offer:
        code = funder.funder_code
        owed = self.outstanding_fen.get(code, 0)
        return Offer(
            funder,
            outstanding_fen=owed,
            lent_today_fen=self.lent_fen.get((code, on), 0),
            guarantee_used_fen=cover_fen(funder.guarantee_rate, owed),
            joint_fen=dict(self.joint_fen.get(code, {})),
        )


def cover_fen(rate: Decimal, owed_fen: int) -> int:
    """How much of a guarantee stands behind a balance, rounded up."""
    return int(-(-rate * owed_fen // 1))


def batch_of(
    standing: Standing,
    loans: pl.DataFrame,
    on: date,
    rules: Rules | None = None,
    objective: Objective = "cost",
) -> Batch:
    """The question of one day. `loans`: as `batch.LOAN_COLUMNS`, with waiting_since or without."""
    told = [name for name in _QUESTION if name in loans.columns]
    return Batch(
        loans=loans.select(told),
        offers=standing.offers(on),
        business_on=on,
        agreements=standing.agreements,
        objective=objective,
        balances_fen=standing.balances_fen,
        rules=rules or matching_rules(),
    )


def rules_text(rules: Rules) -> str:
    """The rules as JSON, exact numbers as text."""
    told = {name: value for name, value in vars(rules).items() if _LATER.get(name, "") != value}
    return json.dumps(told, default=str, sort_keys=True)


def rules_of(text: str) -> Rules:
    """The rules of `rules_text`."""
    read = json.loads(text).items()
    exact: dict[str, Any] = {
        name: Decimal(each) if isinstance(each, str) else each for name, each in read
    }
    return Rules(**exact)


def agreements_text(agreements: tuple[Agreement, ...]) -> str:
    """The agreements as JSON, days and exact numbers as text."""
    told = [{name: getattr(each, name) for name in _AGREED} for each in agreements]
    return json.dumps(told, default=str)


def agreements_of(text: str) -> tuple[Agreement, ...]:
    """The agreements of `agreements_text`."""
    return tuple(
        read_agreement(row | {name: _day(row[name]) for name in ("listed_on", "delisted_on")})
        for row in json.loads(text)
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
