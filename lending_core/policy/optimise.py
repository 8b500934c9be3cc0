"""Which limits and prices earn most within bounds: what may be chosen, what is asked of the choice.

A cell is a band and a kind of borrower. Each cell takes one `Option`; both kinds of a band share
the place in the price range, as the document does. All amounts are exact sums over the past
applications, in fen, so that a bound holds to the fen.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# Shares and loss rates are bounded in basis points.
FULL_BP = 10_000

# A group of applicants that an audit of fairness looks at: a dimension and a group in it.
Group = tuple[str, str]
Cell = tuple[str, str]


@dataclass(frozen=True)
class Option:
    """One limit and one place in the price range for a cell, and what it would have done.

    `lent_fen` is `drawn_fen` by product; `approved` is `approvals` by group of an audit.
    """

    band: str
    kind: str
    position_percent: int
    limit_fen: int
    approvals: int = 0
    drawn_fen: int = 0
    loss_fen: int = 0
    profit_fen: int = 0
    lent_fen: Mapping[str, int] = field(default_factory=dict)
    approved: Mapping[Group, int] = field(default_factory=dict)

    @property
    def cell(self) -> Cell:
        return self.band, self.kind


@dataclass(frozen=True)
class Room:
    """How much more a funder can lend, and for which products."""

    funder_code: str
    product_codes: tuple[str, ...]
    room_fen: int


@dataclass(frozen=True)
class Problem:
    """Everything that may be chosen. `bands` from the safest down; `today` is the option of each
    cell under the policy in force; `applicants` counts each group that is judged by fairness."""

    bands: tuple[str, ...]
    options: tuple[Option, ...]
    today: tuple[Option, ...]
    applications: int
    applicants: Mapping[Group, int] = field(default_factory=dict)
    rooms: tuple[Room, ...] = ()


@dataclass(frozen=True)
class Bounds:
    """What the choice must hold, besides lending something; None: not asked.

    `loss_bp_max`: loss of drawn; `approval_bp_min`: approvals of all applications;
    `impact_percent_min`: approval share of the group approved least, of that approved most;
    `within_room`: what each product lends finds funders with room; `held_bands` keep today's
    terms; `holds_limits` and `holds_prices` keep one of the two everywhere.
    """

    loss_bp_max: int | None = None
    approval_bp_min: int | None = None
    impact_percent_min: int | None = None
    within_room: bool = False
    held_bands: frozenset[str] = frozenset()
    holds_limits: bool = False
    holds_prices: bool = False


@dataclass(frozen=True)
class Outcome:
    """The sums over the options of a choice, one per cell."""

    options: tuple[Option, ...]
    applications: int
    approvals: int
    drawn_fen: int
    loss_fen: int
    profit_fen: int
    lent_fen: Mapping[str, int]
    approved: Mapping[Group, int]

    @property
    def loss_share(self) -> float:
        """Loss of what is drawn; 0 where nothing is."""
        return self.loss_fen / max(self.drawn_fen, 1)

    @property
    def approval_share(self) -> float:
        """Approvals of all applications."""
        return self.approvals / max(self.applications, 1)


def outcome(problem: Problem, chosen: Iterable[Option]) -> Outcome:
    """What a choice of one option per cell would have done in all."""
    options = tuple(chosen)
    lent: Counter[str] = Counter()
    approved: Counter[Group] = Counter()
    for option in options:
        lent.update(option.lent_fen)
        approved.update(option.approved)
    return Outcome(
        options=options,
        applications=problem.applications,
        approvals=sum(option.approvals for option in options),
        drawn_fen=sum(option.drawn_fen for option in options),
        loss_fen=sum(option.loss_fen for option in options),
        profit_fen=sum(option.profit_fen for option in options),
        lent_fen=dict(lent),
        approved=dict(approved),
    )


def allowed(problem: Problem, bounds: Bounds) -> tuple[Option, ...]:
    """The options that what is held leaves: today's of a held band, today's limits or prices."""
    now = {option.cell: option for option in problem.today}
    return tuple(
        option
        for option in problem.options
        if _is_left(option, now[option.cell], bounds, option.band in bounds.held_bands)
    )


def impact_percents(problem: Problem, reached: Outcome) -> dict[str, int | None]:
    """Dimension -> approval share of its group approved least, in whole percent (rounded down) of
    that of its group approved most; None where nobody is approved."""
    dimensions = sorted({dimension for dimension, _ in problem.applicants})
    return {each: _impact_percent(problem, reached, each) for each in dimensions}


def _is_left(option: Option, now: Option, bounds: Bounds, is_held: bool) -> bool:
    keeps_limit = option.limit_fen == now.limit_fen
    keeps_price = option.position_percent == now.position_percent
    is_limit_held = is_held or bounds.holds_limits
    is_price_held = is_held or bounds.holds_prices
    return (keeps_limit or not is_limit_held) and (keeps_price or not is_price_held)


def _impact_percent(problem: Problem, reached: Outcome, dimension: str) -> int | None:
    shares = [
        (reached.approved.get(group, 0), applicants)
        for group, applicants in problem.applicants.items()
        if group[0] == dimension
    ]
    ratios = [
        100 * fewer * of_more // (more * of_fewer)
        for fewer, of_fewer in shares
        for more, of_more in shares
        if more
    ]
    return min(ratios, default=None)
