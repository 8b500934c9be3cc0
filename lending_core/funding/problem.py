"""A batch as whole numbers: loans in a fixed order, the ways to fund them, and what each way uses.

A loan is funded whole by one funder, or jointly by two that have an agreement: its lead and its
partner, the partner's part at the least or at the most that their bounds allow. Loans of one class
differ in nothing but the amount, so they take every limit alike, fen for fen.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from lending_core.funding.batch import Batch
from lending_core.funding.eligible import PPM, eligible, ppm
from lending_core.funding.funders import Agreement, Funder
from lending_core.funding.limits import NO_BOUND_FEN, Limit, limits

# Nobody: the partner of a way with one funder.
NONE = -1
NOT_FUNDED = -1


@dataclass(frozen=True)
class Way:
    """Who funds a loan: places among the funders. `rows` of each are the limits that its share
    counts against; `floors` those that it helps to reach."""

    lead: int
    partner: int = NONE
    is_high: bool = False
    lead_rows: tuple[int, ...] = ()
    partner_rows: tuple[int, ...] = ()
    lead_floors: tuple[int, ...] = ()
    partner_floors: tuple[int, ...] = ()


class Problem:
    """The batch, sorted and numbered. `loans` are in order of waiting_since and loan_id, so that
    nothing depends on the order in which they came."""

    def __init__(self, batch: Batch) -> None:
        offers = sorted(batch.offers, key=lambda offer: offer.funder.funder_code)
        self.batch = batch = replace(batch, offers=tuple(offers))
        self.rules = batch.rules
        self.funders = [offer.funder for offer in offers]
        self.codes = [funder.funder_code for funder in self.funders]
        self.cost_ppm = [ppm(funder.annual_cost) for funder in self.funders]
        self.loans = _sorted(batch.loans)
        self.principal = self.loans["principal_fen"].to_numpy().astype(np.int64)
        self.rate_ppm = self.loans["rate_ppm"].to_numpy().astype(np.int64)
        self.earned_ppm = self.rate_ppm
        if batch.objective == "cost":
            waiting = ppm(self.rules.waiting_annual_price)
            self.earned_ppm = np.full_like(self.rate_ppm, waiting)
        may = eligible(self.loans, self.funders, batch.business_on)
        self.may = may.to_numpy() if self.codes else np.zeros((self.loans.height, 0), bool)
        volumes = self.principal @ self.may if self.loans.height else [0] * len(self.codes)
        eligible_fen = dict(zip(self.codes, map(int, volumes), strict=True))
        self.limits: list[Limit] = limits(batch, eligible_fen)
        self.rooms = np.array([limit.room_fen for limit in self.limits], np.int64)
        self.ways = self._ways()
        self.shares = [self._shares(way) for way in self.ways]
        self.worth = np.array([self._worth(place) for place in range(len(self.ways))], np.int64)
        self.worth = self.worth.reshape(len(self.ways), self.loans.height)
        self.allowed = self._allowed()
        self.book_rows = [self._book_row(name) for name in ("region", "product")]
        self.region_row, self.product_row = map(self._that_bind, self.book_rows)

    @property
    def size(self) -> int:
        """How many loans."""
        return self.loans.height

    @cached_property
    def nodes(self) -> np.ndarray:
        """Loans to which the same ways are open share a number from 0."""
        return _numbered(np.packbits(self.allowed, axis=0).T.astype(np.int64))

    @cached_property
    def classes(self) -> np.ndarray:
        """Loans of a node that take the same limits on regions and products, and earn alike, share
        a number from 0."""
        columns = [self.nodes, self.region_row, self.product_row, self.earned_ppm]
        return _numbered(np.stack(columns, axis=1))

    @cached_property
    def equals(self) -> np.ndarray:
        """A number shared by loans that are equal in class and amount."""
        return _numbered(np.stack([self.classes, self.principal], axis=1))

    def use(self, place: int, chosen: np.ndarray) -> dict[int, np.ndarray]:
        """Limit -> what each of the chosen loans takes of it when funded this way."""
        way, (lead, partner) = self.ways[place], self.shares[place]
        taken = {row: lead[chosen] for row in way.lead_rows}
        taken |= {row: partner[chosen] for row in way.partner_rows}
        return taken

    def book_use(self, chosen: np.ndarray) -> np.ndarray:
        """What the chosen loans take of each limit when funded in any way: region and product."""
        used = np.zeros(len(self.limits) + 1, np.int64)
        for row in self.book_rows:
            np.add.at(used, row[chosen], self.principal[chosen])
        return used[:-1]

    def used(self, way_of: np.ndarray) -> np.ndarray:
        """What a distribution takes of each limit; of a floor, what came to the funder."""
        used = self.book_use(np.flatnonzero(way_of != NOT_FUNDED))
        for place, way in enumerate(self.ways):
            chosen = np.flatnonzero(way_of == place)
            if chosen.size:
                lead, partner = (int(share[chosen].sum()) for share in self.shares[place])
                used[[*way.lead_rows, *way.lead_floors]] += lead
                used[[*way.partner_rows, *way.partner_floors]] += partner
        return used

    def value(self, way_of: np.ndarray) -> int:
        """What a distribution is worth by the objective, in fen x millionths a year."""
        funded = np.flatnonzero(way_of != NOT_FUNDED)
        worth = int(self.worth[way_of[funded], funded].sum())
        used, price = self.used(way_of), ppm(self.rules.unfairness_annual_price)
        return worth - price * sum(
            max(0, limit.room_fen - int(used[row]))
            for row, limit in enumerate(self.limits)
            if limit.is_floor
        )

    def _ways(self) -> list[Way]:
        """The cheapest first; whole before joint, then by code."""
        alone = [Way(place) for place in range(len(self.codes))]
        places = {code: place for place, code in enumerate(self.codes)}
        self._agreed = {
            (places[each.lead_code], places[each.partner_code]): each for each in self._agreements()
        }
        together = [
            Way(places[each.lead_code], places[each.partner_code], is_high)
            for each in self._agreed.values()
            for is_high in (False, True)
        ]
        named = [self._with_rows(way) for way in (*alone, *together)]
        return sorted(named, key=self._rank)

    def _agreements(self) -> list[Agreement]:
        held = {
            (each.lead_code, each.partner_code): each
            for each in self.batch.agreements
            if each.holds_on(self.batch.business_on)
            and {each.lead_code, each.partner_code} <= set(self.codes)
        }
        return [held[pair] for pair in sorted(held)]

    def _rank(self, way: Way) -> tuple[int, int, int, int]:
        if way.partner == NONE:
            return self.cost_ppm[way.lead] * PPM, 0, way.lead, way.partner
        low, high = self.share_bounds(way)
        part = high if way.is_high else low
        cost = self.cost_ppm[way.lead] * (PPM - part) + self.cost_ppm[way.partner] * part
        cost += ppm(self.rules.joint_annual_price) * PPM
        return cost, 1 + way.is_high, way.lead, way.partner

    def _with_rows(self, way: Way) -> Way:
        lead, partner = self.funders[way.lead], None
        if way.partner != NONE:
            partner = self.funders[way.partner]
        return Way(
            way.lead,
            way.partner,
            way.is_high,
            lead_rows=self._rows(lead, partner),
            partner_rows=self._rows(partner, lead) if partner else (),
            lead_floors=self._floors(lead),
            partner_floors=self._floors(partner) if partner else (),
        )

    def _rows(self, own: Funder, other: Funder | None) -> tuple[int, ...]:
        sides = {"any"} if other is None else {"any", "joint", "beside"}
        return tuple(
            row
            for row in self._rows_of.get(own.funder_code, ())
            if self.limits[row].side in sides
            and (other is None or self.limits[row].other_code in (None, other.group))
        )

    def _floors(self, own: Funder) -> tuple[int, ...]:
        return tuple(
            row for row in self._rows_of.get(own.funder_code, ()) if self.limits[row].is_floor
        )

    @cached_property
    def _rows_of(self) -> dict[str | None, list[int]]:
        """Funder code -> its limits."""
        found: dict[str | None, list[int]] = {}
        for row, limit in enumerate(self.limits):
            found.setdefault(limit.funder_code, []).append(row)
        return found

    def share_bounds(self, way: Way) -> tuple[int, int]:
        """The least and the most of a joint loan that may be the partner's, in millionths. Each of
        the two is the other's partner, so the law's least part (IL-21) holds for both."""
        lead, partner = self.funders[way.lead], self.funders[way.partner]
        agreed = self._agreed[way.lead, way.partner]
        least = self.rules.partner_share_min
        low = max(least, agreed.partner_share_min, partner.share_min, 1 - lead.share_max)
        high = min(1 - least, agreed.partner_share_max, partner.share_max, 1 - lead.share_min)
        return ppm(low), ppm(high)

    def _shares(self, way: Way) -> tuple[np.ndarray, np.ndarray]:
        """Fen of the lead and of the partner, for each loan; bounds hold to the fen."""
        if way.partner == NONE:
            return self.principal, np.zeros_like(self.principal)
        low, high = self.share_bounds(way)
        part = self.principal * high // PPM if way.is_high else -(-self.principal * low // PPM)
        return self.principal - part, part

    def _worth(self, place: int) -> np.ndarray:
        way, (lead, partner) = self.ways[place], self.shares[place]
        cost = lead * self.cost_ppm[way.lead]
        if way.partner != NONE:
            cost = cost + partner * self.cost_ppm[way.partner]
            cost = cost + self.principal * ppm(self.rules.joint_annual_price)
        return self.principal * self.earned_ppm - cost

    def _allowed(self) -> np.ndarray:
        """Way x loan: eligible, the lead of the type asked for, shares within bounds, no loss."""
        found = np.zeros((len(self.ways), self.size), bool)
        asked = self.loans["lead_type"].to_list()
        leads = {
            kind: np.array([each in (None, kind) for each in asked], bool)
            for kind in {funder.lender_type for funder in self.funders}
        }
        for place, way in enumerate(self.ways):
            may_lead = leads[self.funders[way.lead].lender_type]
            found[place] = self.may[:, way.lead] & may_lead & (self.worth[place] >= 0)
            if way.partner != NONE:
                found[place] &= self.may[:, way.partner] & self._splits(way, place)
        return found

    def _splits(self, way: Way, place: int) -> np.ndarray:
        low, high = self.share_bounds(way)
        least, most = -(-self.principal * low // PPM), self.principal * high // PPM
        part = self.shares[place][1]
        # Where least and most are the same fen, one way says it.
        return (least <= part) & (part <= most) & ~((least == most) & way.is_high)

    def _book_row(self, name: str) -> np.ndarray:
        """The limit on the loan's region or product; one past the last where there is none."""
        free = len(self.limits)
        rows = {
            limit.other_code: row
            for row, limit in enumerate(self.limits)
            if limit.limit == f"{name}_part"
        }
        if not rows:
            return np.full(self.size, free, np.int64)
        codes = self.loans[f"{name}_code"].to_list()
        return np.array([rows.get(code, free) for code in codes], np.int64)

    def _that_bind(self, rows: np.ndarray) -> np.ndarray:
        """The limits on regions or products for which the batch is too large; one past the last for
        loans whose limit has room for all, so that they need not be told apart."""
        free = len(self.limits)
        volume = np.zeros(free + 1, np.int64)
        np.add.at(volume, rows, self.principal)
        binds = volume > np.append(self.rooms, NO_BOUND_FEN)
        return np.where(binds[rows], rows, free)


def _sorted(loans: pl.DataFrame) -> pl.DataFrame:
    """In a fixed order, with lead_type, waiting_since and rate_ppm."""
    absent = [name for name in ("lead_type", "waiting_since") if name not in loans.columns]
    return (
        loans.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
        .with_columns(rate_ppm=(pl.col("annual_rate") * PPM).cast(pl.Int64))
        .sort("waiting_since", "loan_id", nulls_last=True)
    )


def _numbered(keys: np.ndarray) -> np.ndarray:
    """Rows of numbers -> the number of their kind, in order of first appearance."""
    kinds: dict[bytes, int] = {}
    numbers = [kinds.setdefault(row.tobytes(), len(kinds)) for row in np.ascontiguousarray(keys)]
    return np.array(numbers, np.int64)
