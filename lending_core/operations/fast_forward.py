"""Months ahead of today's book under two policies, month by month as they are run.

Each policy runs in a process of its own, on copies of the book; the book itself is never written.
Both meet the same people with the same luck (`draws.DrawsAhead`), so that what differs is policy.
"""

import functools
import threading
import tomllib
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import add_months, month_start, newest_month_end
from lending_core.errors import InvalidInput, InvalidState
from lending_core.operations.console import Book, book
from lending_core.operations.futures import results_between
from lending_core.operations.futures_processes import Month, copied, running
from lending_core.policy.adjusting import cut_off, with_cut_off, with_limits, with_prices
from lending_core.policy.document import Policy, policy_text
from lending_core.policy.rows import policy_of, rows_of
from lending_core.settings import Settings, key_folder, reference_file
from lending_core.simulate.assumptions import is_festival_month
from lending_core.simulate.economy import Curve, Economy, facts
from lending_core.store.engine import Store

# The two policies of a comparison.
SIDES = ("one", "other")
PATH_NAMES = ("base", "slowdown", "festival_peak")
PRESET_NAMES = ("looser_in_slowdown", "tighter_cut_off", "festival_peak")
QUOTA_PERCENT_MAX = 1_000
# One run at a time in the house: it takes two cores.
_RUNNING = threading.Lock()


@dataclass(frozen=True)
class MacroPath:
    """Odds of lateness and demand over the months ahead: curves of (months since the first month
    ahead, level), 1 as usual; and Spring Festival, as in `Economy`. Refuses what is out of
    bounds."""

    odds: Curve
    demand: Curve
    festival_multiple: float = 1.0
    before_festival: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        levels = {
            "path_odds": [level for _, level in self.odds],
            "path_demand": [*(level for _, level in self.demand), *self.before_festival],
            "path_festival_multiple": [self.festival_multiple],
        }
        for what, values in levels.items():
            low, high = _document()["bounds"][what.removeprefix("path_")]
            if not values or not all(low <= level <= high for level in values):
                raise InvalidInput(what, low=low, high=high)


@dataclass(frozen=True)
class Order:
    """Two policies, the economy they meet, how many months, how many futures from which on, and
    funders' quotas in percent of today's."""

    one: Policy
    other: Policy
    path: MacroPath
    months: int
    futures: int
    quota_percent: int = 100
    first_future: int = 1

    def __post_init__(self) -> None:
        bounds = _document()["bounds"]
        if not 1 <= self.months <= bounds["months_max"]:
            raise InvalidInput("months_ahead", maximum=bounds["months_max"])
        if not 1 <= self.futures <= bounds["futures_max"]:
            raise InvalidInput("futures_ahead", maximum=bounds["futures_max"])
        if not 0 <= self.quota_percent <= QUOTA_PERCENT_MAX:
            raise InvalidInput("quota_percent", maximum=QUOTA_PERCENT_MAX)

    @property
    def steps(self) -> int:
        """Months to be run in all."""
        return len(SIDES) * self.months * self.futures


@dataclass(frozen=True)
class Preset:
    """A demonstration that starts with one click: what it changes on a policy, and its plan."""

    path: str
    limit_percent: int
    cut_off_points: int
    price_points: int
    months: int
    futures: int
    quota_percent: int


def macro_path(name: str) -> MacroPath:
    """One of `PATH_NAMES`."""
    table = _document()["path"][name]
    return MacroPath(
        odds=tuple((month, float(level)) for month, level in table["odds"]),
        demand=tuple((month, float(level)) for month, level in table["demand"]),
        festival_multiple=table["festival_multiple"],
        before_festival=tuple(table.get("before_festival", ())),
    )


def preset(name: str, current: Book) -> Preset:
    """One of `PRESET_NAMES`, as it stands over this book: one about Spring Festival lasts until
    some months after the next."""
    table = _document()["preset"][name]
    known = {key: table[key] for key in Preset.__dataclass_fields__ if key in table}
    after = table.get("months_after_festival")
    if after is not None:
        known["months"] = _months_to_festival(current) + after
    return Preset(**known)


def preset_policy(policy: Policy, chosen: Preset) -> Policy:
    """The policy as the preset moves it: limits, cut-off (as far as bands leave room), price."""
    rows = with_prices(with_limits(rows_of(policy), chosen.limit_percent), chosen.price_points)
    edge = cut_off(rows)
    if edge and chosen.cut_off_points:
        score, low, high = edge
        rows = with_cut_off(rows, min(max(score + chosen.cut_off_points, low), high))
    return policy_of(rows)


def bounds() -> dict[str, Any]:
    """What may be asked for: months_max, futures_max, and (lowest, highest) of odds, demand and
    festival_multiple."""
    return dict(_document()["bounds"])


def has_people(store: Store, actor: Actor) -> bool:
    """Whether the book has simulated customers, who ask and pay in the months ahead."""
    require(actor, Permission.VIEW_BOOK)
    return bool(store.read("joined_between", from_on=date.min, to_on=date.max)["joined"][0])


def months_before(store: Store, actor: Actor, months: int) -> pl.DataFrame:
    """The last whole months of the book, oldest first: `portfolio.results.RESULT_COLUMNS`."""
    require(actor, Permission.VIEW_BOOK)
    last_on = newest_month_end(book(store).business_on)
    first_on = add_months(month_start(last_on), 1 - months)
    return results_between(store, first_on, last_on)


def fast_forward(
    store: Store, actor: Actor, order: Order, settings: Settings
) -> Generator[Month, None, None]:
    """Runs the months ahead; yields each when it is done, and None twice a second meanwhile, so
    that whoever watches can stop. Close the iterator to end the processes and remove the copies.

    A month has side (one of `SIDES`), future, and `portfolio.results.RESULT_COLUMNS`.
    `settings`: key and memory limit of the database. Raises `NotAllowed`; `InvalidState` for a book
    that is not simulated, while another run is on, without room for copies, when a process fails.
    """
    require(actor, Permission.RUN_DEMONSTRATION)
    current = book(store)
    if not current.is_simulated:
        raise InvalidState("book_is_real", name=current.name)
    return _run(store, order, settings, month_start(current.open_on))


def side_by_side(
    store: Store, months: int, orders: Mapping[str, dict[str, Any]]
) -> Generator[Month, None, None]:
    """The months of several orders (`plan_of`, with policy and economy) by the name of their side,
    as `fast_forward`. Raises `InvalidState` while another run is on."""
    if not _RUNNING.acquire(blocking=False):
        raise InvalidState("fast_forward_running")
    try:
        with copied(store, months) as database, running(database, orders) as news:
            yield from news
    finally:
        _RUNNING.release()


def plan_of(settings: Settings, months: int, futures: list[int]) -> dict[str, Any]:
    """What every order of a run has in common: see `futures_worker.work`."""
    return {
        "key": settings.database_key,
        "keys": str(key_folder(settings.database_path)),
        "memory_limit": settings.memory_limit,
        "months": months,
        "newcomers_from_months": _document()["newcomers"]["from_months"],
        "futures": futures,
        "has_readings": False,
    }


def _run(
    store: Store, order: Order, settings: Settings, first_month_on: date
) -> Generator[Month, None, None]:
    futures = [order.first_future + number for number in range(order.futures)]
    shared = plan_of(settings, order.months, futures) | {
        "economy": facts(Economy(first_month_on, **vars(order.path))),
        "quota_percent": order.quota_percent,
    }
    orders = {side: shared | {"policy": policy_text(getattr(order, side))} for side in SIDES}
    yield from side_by_side(store, order.months, orders)


def _months_to_festival(current: Book) -> int:
    """Months from the open one to that of Spring Festival, 0 if it is now, at most a year."""
    first = month_start(current.open_on)
    ahead = (n for n in range(13) if is_festival_month(add_months(first, n)))
    return next(ahead, 12)


@functools.cache
def _document() -> dict[str, Any]:
    return tomllib.loads(reference_file("fast_forward.toml").read_text("utf-8"))
