"""The rules of early warning on shocks that are tried out: months ahead on copies of the book, in
usual times and in each shock, side by side; what came of it is kept."""

import contextlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import add_months, month_start
from lending_core.errors import InvalidInput, InvalidState
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.fast_forward import bounds, macro_path, plan_of, side_by_side
from lending_core.operations.futures_processes import Month
from lending_core.operations.warning_readings import read
from lending_core.policy.document import policy_text
from lending_core.portfolio.early_warning import READING_SCHEMA
from lending_core.portfolio.early_warning_back_test import USUAL, back_test
from lending_core.portfolio.early_warning_rules import warning_rules
from lending_core.settings import Settings
from lending_core.simulate.economy import Economy, facts
from lending_core.store.engine import Store
from lending_core.store.events import Moment, append_events

SHOCKS = ("slowdown", "festival_peak")
PATHS = (USUAL, *SHOCKS)
# Funders' quotas do not bind: a shock should show in the loans.
_QUOTA_PERCENT = 200
# Months done, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class BackTestOrder:
    """How many months ahead, and in how many futures."""

    months: int = 12
    futures: int = 2

    def __post_init__(self) -> None:
        if not 1 <= self.months <= bounds()["months_max"]:
            raise InvalidInput("months_ahead", maximum=bounds()["months_max"])
        if not 1 <= self.futures <= bounds()["futures_max"]:
            raise InvalidInput("futures_ahead", maximum=bounds()["futures_max"])

    @property
    def steps(self) -> int:
        """Months to be run in all."""
        return len(PATHS) * self.months * self.futures


def months_of(
    store: Store, actor: Actor, order: BackTestOrder, settings: Settings
) -> Generator[Month, None, None]:
    """Runs the months ahead of every path under the policy in force; yields each with its readings
    when it is done, and None meanwhile. Raises as `fast_forward.fast_forward`."""
    require(actor, Permission.RUN_DEMONSTRATION)
    current = book(store)
    if not current.is_simulated:
        raise InvalidState("book_is_real", name=current.name)
    first_month_on = month_start(current.open_on)
    futures = list(range(1, order.futures + 1))
    shared = plan_of(settings, order.months, futures) | {
        "policy": policy_text(policy_in_force(store)[1]),
        "quota_percent": _QUOTA_PERCENT,
        "has_readings": True,
    }
    orders = {path: shared | {"economy": facts(_economy(path, first_month_on))} for path in PATHS}
    return side_by_side(store, order.months, orders)


def keep(
    store: Store, actor: Actor, order: BackTestOrder, months: list[dict[str, Any]], *, at: datetime
) -> int:
    """Works out what came of the months of `months_of` and keeps it; returns its number."""
    require(actor, Permission.RUN_DEMONSTRATION)
    current = book(store)
    known = read(store, current, current.first_business_on).measured
    history = known.filter(pl.col("measured_on") == pl.col("measured_on").dt.month_end())
    ahead = {path: _readings(months, path) for path in PATHS}
    first_month_on = month_start(current.open_on)
    begins = {path: _shock_month(path, first_month_on, order.months) for path in PATHS}
    result = back_test(history, ahead, begins, warning_rules().values())
    with store.transaction() as transaction:
        number = transaction.next_id("warning_back_test", "back_test_id")
        row = {
            "back_test_id": number,
            "business_on": current.business_on,
            **vars(order),
            "run_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("warning_back_test", pl.DataFrame([row]))
        kept = result.with_columns(back_test_id=pl.lit(number, pl.Int64))
        transaction.append("warning_back_test_result", kept)
        moment = Moment(actor, current.open_on, at)
        append_events(transaction, moment, "warnings_back_tested", [("book", 1, vars(order))])
    return number


def run_back_test(  # noqa: PLR0913 (each part is named where it is called)
    store: Store,
    actor: Actor,
    order: BackTestOrder,
    settings: Settings,
    *,
    at: datetime,
    progress: Progress | None = None,
) -> int:
    """The whole back-test in one go; returns its number. Raises as `months_of`."""
    months: list[dict[str, Any]] = []
    with contextlib.closing(months_of(store, actor, order, settings)) as news:
        for month in news:
            if month is not None:
                months.append(month)
                if progress:
                    progress(len(months), order.steps)
    return keep(store, actor, order, months, at=at)


def newest_back_test(store: Store, actor: Actor) -> tuple[dict[str, Any], pl.DataFrame] | None:
    """The newest back-test (back_test_id, business_on, months, futures, run_by, recorded_at) and
    its rows (`early_warning_back_test.BACK_TEST_SCHEMA`); None before the first."""
    require(actor, Permission.VIEW_BOOK)
    tests = store.read("warning_back_tests", tests_max=1).rows(named=True)
    if not tests:
        return None
    rows = store.read("warning_back_test_result", back_test_id=tests[0]["back_test_id"])
    return tests[0], rows


def _economy(path: str, first_month_on: date) -> Economy:
    return Economy(first_month_on, **vars(macro_path(path)))


def _shock_month(path: str, first_month_on: date, months: int) -> int:
    """How many months ahead a path first differs from usual times; the last where it never does."""
    usual, shocked = _economy(USUAL, first_month_on), _economy(path, first_month_on)
    ahead = [add_months(first_month_on, number) for number in range(months)]
    differing = (
        number
        for number, month in enumerate(ahead)
        if shocked.odds_in(month) != usual.odds_in(month)
        or shocked.demand_in(month) != usual.demand_in(month)
    )
    return next(differing, months - 1)


def _readings(months: list[dict[str, Any]], path: str) -> pl.DataFrame:
    frames = [
        pl.DataFrame(_dated(month["readings"]), schema=READING_SCHEMA, orient="row").with_columns(
            future=pl.lit(month["future"], pl.Int64)
        )
        for month in sorted(months, key=lambda each: (each["future"], each["month_end_on"]))
        if month["side"] == path
    ]
    return pl.concat(frames)


def _dated(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows as JSON told them, with the day as a date."""
    place = list(READING_SCHEMA).index("measured_on")
    return [[*row[:place], date.fromisoformat(row[place]), *row[place + 1 :]] for row in rows]
