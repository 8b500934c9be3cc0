"""Why this funder: every way to fund one loan of a batch, what it would cost, and what stands
against it."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from lending_core.funding.answer import Matching
from lending_core.funding.batch import Batch
from lending_core.funding.eligible import PPM, first_reason
from lending_core.funding.problem import NONE, Problem

ALTERNATIVES = {
    "rank": pl.Int64,
    "lead_code": pl.String,
    "partner_code": pl.String,
    "lead_share_fen": pl.Int64,
    "partner_share_fen": pl.Int64,
    "cost_fen": pl.Int64,
    "extra_fen": pl.Int64,
    "is_chosen": pl.Boolean,
    "obstacle": pl.String,
    "obstacle_funder_code": pl.String,
    "missing_fen": pl.Int64,
}


def alternatives(batch: Batch, matched: Matching, loan_id: int) -> pl.DataFrame:
    """One row per way to fund the loan, the cheapest first, then one per lender that may not.

    `cost_fen`: a year's cost, rounded down; `extra_fen`: that less the chosen way's, null for a
    loan that waits. `obstacle` of a way not chosen: the limit that lacks most room once the batch
    is funded (with its funder and what it lacks), `dearer` where there is room, `offer_min` where a
    cheaper way would leave a funder short of its part, `gap` where the answer is not proven best.
    Of a lender that may not: the condition (see `eligible.conditions`), or `lead_type` or `margin`.
    Raises `ValueError` for a loan that is not in the batch.
    """
    loan = batch.loans.filter(pl.col("loan_id") == loan_id)
    if loan.is_empty():
        raise ValueError(f"loan {loan_id} is not in the batch")
    ways = _Ways(batch, loan, matched)
    rows = [*ways.open(), *ways.shut()]
    return pl.DataFrame(rows, schema=ALTERNATIVES, orient="row")


class _Ways:
    """The ways of one loan beside the room that its batch leaves."""

    def __init__(self, batch: Batch, loan: pl.DataFrame, matched: Matching) -> None:
        self.problem = Problem(replace(batch, loans=loan))
        self.matched = matched
        keys = matched.limits.select("limit", "funder_code", "other_code").rows()
        rooms = (matched.limits["room_fen"] - matched.limits["used_fen"]).to_list()
        self.left = dict(zip(keys, rooms, strict=True))
        mine = matched.shares.filter(pl.col("loan_id") == int(loan["loan_id"][0]))
        self.taken = dict(mine.select("funder_code", "share_fen").rows())
        self.places = np.flatnonzero(self.problem.allowed[:, 0]).tolist()
        self.chosen = next((each for each in self.places if self._shares(each) == self.taken), None)

    def open(self) -> list[tuple[Any, ...]]:
        """The ways that the loan may go."""
        return [self._row(rank, place) for rank, place in enumerate(self.places, 1)]

    def shut(self) -> list[tuple[Any, ...]]:
        """The lenders that may not fund the loan, or not as its lead."""
        leads = {self.problem.ways[place].lead for place in self.places}
        return [
            (None, code, None, None, None, None, None, False, self._condition(place), None, None)
            for place, code in enumerate(self.problem.codes)
            if place not in leads
        ]

    def _row(self, rank: int, place: int) -> tuple[Any, ...]:
        way = self.problem.ways[place]
        partner = None if way.partner == NONE else self.problem.codes[way.partner]
        lead, part = (int(share[0]) for share in self.problem.shares[place])
        is_chosen = place == self.chosen
        obstacle = (None, None, None) if is_chosen else self._obstacle(place)
        cost, extra = self._cost(place) // PPM, None
        if self.chosen is not None:
            extra = cost - self._cost(self.chosen) // PPM
        shares = (lead, part if partner else None)
        return (
            *(rank, self.problem.codes[way.lead], partner, *shares),
            *(cost, extra, is_chosen, *obstacle),
        )

    def _obstacle(self, place: int) -> tuple[str, str | None, int | None]:
        lacking = [
            (fen - self._room(row), row) for row, fen in self._uses(place) if fen > self._room(row)
        ]
        if lacking:
            missing, row = max(lacking)
            limit = self.problem.limits[row]
            return limit.limit, limit.funder_code, missing
        if self.chosen is None or self.chosen < place:
            return "dearer", None, None
        floors = self.matched.limits.filter(
            (pl.col("limit") == "offer_min") & pl.col("funder_code").is_in(list(self.taken))
        )
        is_held = floors.filter(pl.col("used_fen") - pl.col("room_fen") < max(self.taken.values()))
        return ("gap" if is_held.is_empty() else "offer_min"), None, None

    def _room(self, row: int) -> int:
        """What is left of a limit, and what this loan itself takes of it."""
        limit = self.problem.limits[row]
        own = 0 if self.chosen is None else dict(self._uses(self.chosen)).get(row, 0)
        return self.left[limit.limit, limit.funder_code, limit.other_code] + own

    def _uses(self, place: int) -> list[tuple[int, int]]:
        uses = self.problem.use(place, np.array([0]))
        amount = int(self.problem.principal[0])
        return [(row, int(fen[0])) for row, fen in uses.items()] + [
            (row, amount) for row, limit in enumerate(self.problem.limits) if limit.side == "book"
        ]

    def _shares(self, place: int) -> dict[str, int]:
        way, (lead, part) = self.problem.ways[place], self.problem.shares[place]
        found = {self.problem.codes[way.lead]: int(lead[0])}
        return (
            found
            if way.partner == NONE
            else {**found, self.problem.codes[way.partner]: int(part[0])}
        )

    def _cost(self, place: int) -> int:
        """Of the funders alone, in fen x millionths a year."""
        costs = dict(zip(self.problem.codes, self.problem.cost_ppm, strict=True))
        return sum(fen * costs[code] for code, fen in self._shares(place).items())

    def _condition(self, place: int) -> str:
        funder, day = self.problem.funders[place], self.problem.batch.business_on
        told = first_reason(self.problem.loans, [funder], day)[0]
        asked = self.problem.loans["lead_type"][0]
        return told or ("lead_type" if asked not in (None, funder.lender_type) else "margin")
