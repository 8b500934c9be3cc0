"""What the close of a day leaves to be read: which day is open, what each close did, who moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import add_months, month_end, month_start
from lending_core.errors import InvalidState
from lending_core.operations import listing
from lending_core.operations.console import Book, book
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.servicing.buckets import bucket_codes
from lending_core.store.engine import Store

# Days begin and end where the house is (UTC+8, without summer time).
HOUSE_ZONE = timezone(timedelta(hours=8))
# A simulated book is closed at most so far ahead in one go: its borrowers do nothing meanwhile.
AHEAD_DAYS_MAX = 31
# What the charts of moves look back on.
DAYS_SHOWN = 31
MONTHS_SHOWN = 12

# What the lists of closed days and of moves may be sorted by.
DAY_ORDERS = ("closed_on", "moves", "postings", "loans", "lines_frozen", "lines_opened")
MOVE_ORDERS = ("moved_on", "principal_fen", "days_past_due", "loan_id")
NEWEST_DAYS = Asked(Order("closed_on"))
NEWEST_MOVES = Asked(Order("moved_on"))
_DAYS = Listing("closed_day_list", "closed_on", DAY_ORDERS)
_MOVES = Listing(
    "moved_loan", "loan_id", MOVE_ORDERS, beside=("moved_on", "from_bucket", "to_bucket")
)
_EVER: dict[str, Any] = {"from_on": None, "to_on": None}

WORSE = "worse"
BETTER = "better"


@dataclass(frozen=True)
class DayStanding:
    """Which day is open and what the newest close left.

    `days_behind`: days that are over and still open; None for a simulated book, whose calendar is
    its own. What only a close can tell is None before the first one.
    """

    open_on: date
    business_on: date
    days_behind: int | None
    is_balanced: bool
    closed_by: str | None = None
    recorded_at: datetime | None = None
    open_loans: int | None = None
    late_loans: int | None = None
    late_principal_fen: int | None = None
    interest_fen: int | None = None
    penalty_fen: int | None = None


@dataclass(frozen=True)
class Moves:
    """Moves between two days, both included: for the worse into `bucket`, for the better out of it;
    all of them without a direction."""

    from_on: date
    to_on: date
    direction: str | None = None
    bucket: str | None = None

    def parameters(self) -> dict[str, date | list[str] | None]:
        """Stages left and reached, of `moved_loan.sql`."""
        stages: dict[str, list[str] | None] = {"from_buckets": None, "to_buckets": None}
        if self.direction and self.bucket:
            milder = list(bucket_codes()[: bucket_codes().index(self.bucket)])
            ends = ("to_buckets", "from_buckets")
            at, beside = ends if self.direction == WORSE else ends[::-1]
            stages = {at: [self.bucket], beside: milder}
        return {"from_on": self.from_on, "to_on": self.to_on, **stages}


def house_date(at: datetime) -> date:
    """The date where the house is, at an instant."""
    return at.astimezone(HOUSE_ZONE).date()


def last_closable_on(current: Book, today: date) -> date:
    """The last day that may be closed now: of a real book `today`, a simulated one goes ahead."""
    if current.is_simulated:
        return current.business_on + timedelta(days=AHEAD_DAYS_MAX)
    return today


def days_to_close(current: Book, on: date, today: date) -> int:
    """How many days a close through `on` closes. Raises `InvalidState` for a day that is closed, or
    that has not come yet where the book is not simulated."""
    if on <= current.business_on:
        raise InvalidState("day_closed", on=on, newest=current.business_on)
    if not current.is_simulated and on > today:
        raise InvalidState("day_to_come", on=on, today=today)
    return (on - current.business_on).days


def day_standing(store: Store, actor: Actor, today: date) -> DayStanding:
    """Which day is open, how far behind `today`, and what the newest close left."""
    require(actor, Permission.VIEW_BOOK)
    current = book(store)
    found = store.read("day_figures").drop("closed_on").rows(named=True)
    return DayStanding(
        open_on=current.open_on,
        business_on=current.business_on,
        days_behind=None
        if current.is_simulated
        else max(0, (today - timedelta(days=1) - current.business_on).days),
        is_balanced=store.read("unbalanced_day").is_empty(),
        **(found[0] if found else {}),
    )


def count_closed_days(store: Store, actor: Actor) -> int:
    """How many days have been closed."""
    require(actor, Permission.VIEW_BOOK)
    return listing.count(store, _DAYS, _EVER)


def closed_days(store: Store, actor: Actor, asked: Asked = NEWEST_DAYS) -> pl.DataFrame:
    """One page of the closed days, the newest first unless another order is asked for: closed_on,
    loans (with a posting), moves, postings, lines_frozen, lines_opened, closed_by, recorded_at."""
    require(actor, Permission.VIEW_BOOK)
    return listing.page(store, actor, _DAYS, asked, _EVER)


def all_closed_days(store: Store, actor: Actor, order: Order) -> Iterator[pl.DataFrame]:
    """All closed days in frames, for a file: the columns of `closed_days`."""
    require(actor, Permission.VIEW_BOOK)
    return listing.frames(store, actor, _DAYS, order, _EVER)


def days_closed_between(store: Store, actor: Actor, from_on: date, to_on: date) -> pl.DataFrame:
    """The closed days of a period, both ends included, oldest first: the columns of `closed_days`.
    For what one run of the close came to, which is no longer than somebody was behind."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("closed_day_list", from_on=from_on, to_on=to_on).sort("closed_on")


def stage_moves(store: Store, actor: Actor, period: str) -> pl.DataFrame:
    """One row per `day` or `month`, direction and stage: period_on (a month's last day), direction
    (`worse`: into the stage; `better`: out of it), bucket, moves, principal_fen; of the newest
    `DAYS_SHOWN` days or `MONTHS_SHOWN` months."""
    require(actor, Permission.VIEW_BOOK)
    from_on, _ = moves_window(book(store).business_on, period)
    moves = store.read("stage_move", is_by_month=period == "month", from_on=from_on)
    return directed(moves)


def directed(moves: pl.DataFrame) -> pl.DataFrame:
    """Moves by direction and by the later of their two stages. Needs period_on, from_bucket,
    to_bucket, moves, principal_fen; order: period, worse first, stage."""
    places = {code: place for place, code in enumerate(bucket_codes())}
    left, reached = (
        pl.col(name).replace_strict(places, return_dtype=pl.Int64)
        for name in ("from_bucket", "to_bucket")
    )
    is_worse = reached > left
    return (
        moves.with_columns(
            direction=pl.when(is_worse).then(pl.lit(WORSE)).otherwise(pl.lit(BETTER)),
            bucket=pl.when(is_worse).then("to_bucket").otherwise("from_bucket"),
            place=pl.max_horizontal(left, reached),
        )
        .group_by("period_on", "direction", "bucket", "place")
        .agg(pl.col("moves", "principal_fen").sum())
        .sort("period_on", "direction", "place", descending=[False, True, False])
        .drop("place")
    )


def count_moves(store: Store, actor: Actor, chosen: Moves) -> int:
    """How many moves `moved_loans` has."""
    require(actor, Permission.VIEW_BOOK)
    return listing.count(store, _MOVES, chosen.parameters())


def moved_loans(
    store: Store, actor: Actor, chosen: Moves, asked: Asked = NEWEST_MOVES
) -> pl.DataFrame:
    """One page of the moves of loans, the newest first unless another order is asked for: loan_id,
    moved_on, from_bucket, to_bucket, days_past_due and principal_fen of that day, product_code."""
    require(actor, Permission.VIEW_BOOK)
    return listing.page(store, actor, _MOVES, asked, chosen.parameters())


def all_moved_loans(
    store: Store, actor: Actor, chosen: Moves, order: Order
) -> Iterator[pl.DataFrame]:
    """All moves in frames, for a file: the columns of `moved_loans`."""
    require(actor, Permission.VIEW_BOOK)
    return listing.frames(store, actor, _MOVES, order, chosen.parameters())


def moves_window(newest_on: date, period: str) -> tuple[date, date]:
    """First and last day of what `stage_moves` looks back on, by `day` or `month`."""
    if period == "month":
        return add_months(month_start(newest_on), 1 - MONTHS_SHOWN), newest_on
    return newest_on - timedelta(days=DAYS_SHOWN - 1), newest_on


def period_of(period_on: date, period: str) -> tuple[date, date]:
    """First and last day of a `day` or `month` of `stage_moves`."""
    return (month_start(period_on), month_end(period_on)) if period == "month" else (period_on,) * 2
