"""Small problems of choosing limits and prices, and every choice that they leave, one by one."""

import itertools
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from hypothesis import strategies as st

from lending_core.policy.optimise import Bounds, Option, Problem, Room

YOUNG, OLD = ("age_group", "18-24"), ("age_group", "55+")
POSITIONS = (0, 50)
LIMITS_FEN = (0, 1_000_000, 2_000_000)
LENT = {"person": ("weilidai", "fenqile"), "small_business": ("small_business",)}
CELLS = tuple(itertools.product(("A", "B"), LENT))
GRID = tuple(itertools.product(POSITIONS, LIMITS_FEN))
FUNDERS = (("bank", ("weilidai", "small_business")), ("trust", ("fenqile", "weilidai")))

COUNT = st.integers(0, 60)
FEN = st.integers(0, 9_999)


@st.composite
def options(draw: st.DrawFn, cell: tuple[str, str], at: tuple[int, int]) -> Option:
    """An option with any sums; a closed one has none."""
    (band, kind), (position, limit_fen) = cell, at
    young, old = draw(COUNT), draw(COUNT)
    lent = {code: draw(FEN) for code in LENT[kind]}
    drawn = sum(lent.values())
    sums = {
        "approvals": young + old,
        "drawn_fen": drawn,
        "loss_fen": draw(st.integers(0, drawn)),
        "profit_fen": draw(st.integers(-5_000, 5_000)),
        "lent_fen": lent,
        "approved": {YOUNG: young, OLD: old},
    }
    return Option(band, kind, position, limit_fen, **(sums if limit_fen else {}))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Two bands and two kinds, two prices and three limits each; today somewhere among them."""
    grid = [draw(options(cell, at)) for cell in CELLS for at in GRID]
    today = [
        next(o for o in grid if (o.cell, o.limit_fen, o.position_percent) == (cell, 1_000_000, 0))
        for cell in CELLS
    ]
    rooms = tuple(Room(code, lends, draw(st.integers(0, 20_000))) for code, lends in FUNDERS)
    applicants = {YOUNG: draw(st.integers(240, 400)), OLD: draw(st.integers(240, 400))}
    return Problem(
        ("A", "B"), tuple(grid), tuple(today), sum(applicants.values()), applicants, rooms
    )


BOUNDS = st.builds(
    Bounds,
    loss_bp_max=st.none() | st.integers(500, 7_000),
    approval_bp_min=st.none() | st.integers(0, 3_000),
    impact_percent_min=st.none() | st.integers(0, 100),
    within_room=st.booleans(),
    held_bands=st.sampled_from([frozenset(), frozenset("A"), frozenset("B")]),
    holds_limits=st.booleans(),
    holds_prices=st.booleans(),
)


def choices(problem: Problem, bounds: Bounds) -> Iterator[tuple[Option, ...]]:
    """Every choice that holds the bounds, tried one after the other."""
    by_cell = [[o for o in problem.options if o.cell == cell] for cell in CELLS]
    return (choice for choice in itertools.product(*by_cell) if holds(problem, bounds, choice))


def holds(problem: Problem, bounds: Bounds, choice: tuple[Option, ...]) -> bool:
    """Whether a choice holds the bounds, in the words of `Bounds`."""
    return (
        lends(problem, choice)
        and in_order(choice)
        and keeps_what_is_held(problem, bounds, choice)
        and loses_little(bounds, choice)
        and lets_enough_in(problem, bounds, choice)
        and is_even_handed(problem, bounds, choice)
        and (not bounds.within_room or is_funded(problem, choice))
    )


def lends(problem: Problem, choice: tuple[Option, ...]) -> bool:
    """Something, where something can be lent."""
    return any(o.drawn_fen for o in choice) or not any(o.drawn_fen for o in problem.options)


def in_order(choice: tuple[Option, ...]) -> bool:
    safe_person, safe_shop, risky_person, risky_shop = choice
    return (
        safe_person.position_percent == safe_shop.position_percent
        and risky_person.position_percent == risky_shop.position_percent
        and safe_person.position_percent <= risky_person.position_percent
        and safe_person.limit_fen >= risky_person.limit_fen
        and safe_shop.limit_fen >= risky_shop.limit_fen
    )


def keeps_what_is_held(problem: Problem, bounds: Bounds, choice: tuple[Option, ...]) -> bool:
    pairs = list(zip(choice, problem.today, strict=True))
    held = [(chosen, now) for chosen, now in pairs if chosen.band in bounds.held_bands]
    limits = pairs if bounds.holds_limits else held
    prices = pairs if bounds.holds_prices else held
    return all(chosen.limit_fen == now.limit_fen for chosen, now in limits) and all(
        chosen.position_percent == now.position_percent for chosen, now in prices
    )


def loses_little(bounds: Bounds, choice: tuple[Option, ...]) -> bool:
    drawn = sum(option.drawn_fen for option in choice)
    if bounds.loss_bp_max is None or drawn == 0:
        return True
    lost = sum(option.loss_fen for option in choice)
    return Fraction(lost, drawn) <= Fraction(bounds.loss_bp_max, 10_000)


def lets_enough_in(problem: Problem, bounds: Bounds, choice: tuple[Option, ...]) -> bool:
    approvals = sum(option.approvals for option in choice)
    least = Fraction(bounds.approval_bp_min or 0, 10_000)
    return Fraction(approvals, problem.applications) >= least


def is_even_handed(problem: Problem, bounds: Bounds, choice: tuple[Option, ...]) -> bool:
    shares = [
        Fraction(sum(option.approved.get(group, 0) for option in choice), applicants)
        for group, applicants in problem.applicants.items()
    ]
    return min(shares) >= max(shares) * Fraction(bounds.impact_percent_min or 0, 100)


def is_funded(problem: Problem, choice: tuple[Option, ...]) -> bool:
    """No set of products lends more than the funders of any of them have (Hall's condition)."""
    return missing_fen(problem, choice) == 0


def missing_fen(problem: Problem, choice: tuple[Option, ...]) -> int:
    lent: Counter[str] = Counter()
    for option in choice:
        lent.update(option.lent_fen)
    sets = [
        each for size in range(len(lent) + 1) for each in itertools.combinations(sorted(lent), size)
    ]
    return max(
        sum(lent[code] for code in each)
        - sum(room.room_fen for room in problem.rooms if set(each) & set(room.product_codes))
        for each in sets
    )
