"""Loans of the last days matched once more, a day at a time: what other terms would have done."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.funding.answer import Matching
from lending_core.funding.batch import matching_rules
from lending_core.funding.funders import Funder
from lending_core.funding.matching import fund
from lending_core.operations.console import book
from lending_core.operations.funding_batches import Standing, batch_of
from lending_core.operations.waiting import waiting_days
from lending_core.store.engine import Store

# Told after each day: how many are done, of how many.
Progress = Callable[[int, int], None]
_SUMS = ("funded_fen", "cost_fen", "interest_fen", "value", "value_max")


@dataclass(frozen=True)
class Lately:
    """Loans that were paid out lately (`batch.LOAN_COLUMNS`, waiting_since the day of each), and
    where lenders stood before them."""

    loans: pl.DataFrame
    standing: Standing

    @property
    def days(self) -> list[date]:
        """The days with loans, in order."""
        return self.loans["waiting_since"].unique().sort().to_list()


def lately(store: Store, actor: Actor, days: int) -> Lately:
    """What was paid out in the last days, beside what lenders are owed today less what they lent in
    these days; what was repaid meanwhile stays repaid, and joint balances are those of today."""
    require(actor, Permission.VIEW_BOOK)
    open_on = book(store).open_on
    from_on = open_on - timedelta(days=days - 1)
    loans = store.read("lent_lately", from_on=from_on, to_on=open_on)
    lent = store.read("funder_lent", from_on=from_on, to_on=open_on)
    standing = Standing.of(store)
    for code, fen in lent.group_by("funder_code").agg(pl.col("lent_fen").sum()).rows():
        owed = standing.outstanding_fen.get(code, 0)
        standing.outstanding_fen[code] = max(0, owed - fen)
    for part, code in standing.balances_fen:
        fen = int(loans.filter(pl.col(part) == code)["principal_fen"].sum())
        standing.balances_fen[part, code] = max(0, standing.balances_fen[part, code] - fen)
    standing.lent_fen.clear()
    return Lately(loans, standing)


def day_by_day(
    ground: Lately, funders: Mapping[str, Funder], progress: Progress = lambda *_: None
) -> Matching:
    """The answer of all days together, had `funders` lent by these terms.

    Every day has its own daily quotas, and adds what it lends to what its lenders are owed. What
    finds no money asks again on the days after, as long as it may wait. Sums are of all days,
    `left` is what was never funded, `limits` are those of the last day. The search for the last fen
    is left out, as in any day of many loans.
    """
    course = _Course(replace(deepcopy(ground.standing), funders=dict(funders)), ground.loans)
    for done, on in enumerate(ground.days, start=1):
        course.match(on)
        progress(done, len(ground.days))
    return course.answer()


class _Course:
    """What was asked and answered so far."""

    def __init__(self, standing: Standing, loans: pl.DataFrame) -> None:
        self.standing, self.loans = standing, loans
        self.rules = replace(matching_rules(), exact_effort=0)
        self.waiting = loans.clear()
        self.answers: list[Matching] = []
        self.gone: list[pl.DataFrame] = []

    def match(self, on: date) -> None:
        """Asks for the loans of a day and for those of the days before that still wait."""
        todays = self.loans.filter(pl.col("waiting_since") == on)
        still = pl.col("waiting_since") + timedelta(days=waiting_days()) >= on
        self._give_up(self.waiting.filter(~still))
        asked = pl.concat([self.waiting.filter(still), todays])
        matched = fund(batch_of(self.standing, asked, on, self.rules))
        self.standing.add(matched.shares, asked, on)
        self.waiting = asked.join(matched.left, on="loan_id", how="semi", maintain_order="left")
        self.answers.append(matched)

    def answer(self) -> Matching:
        """All days together."""
        self._give_up(self.waiting)
        left = pl.concat(self.gone)
        return replace(
            self.answers[-1],
            status="found",
            shares=pl.concat([each.shares for each in self.answers]).sort("loan_id", "role"),
            left=left.sort("loan_id"),
            left_fen=int(left["principal_fen"].sum()),
            **{name: sum(getattr(each, name) for each in self.answers) for name in _SUMS},
        )

    def _give_up(self, over: pl.DataFrame) -> None:
        """What waited in vain, with the reason of the last time it asked."""
        if self.answers:
            self.gone.append(self.answers[-1].left.join(over, on="loan_id", how="semi"))
