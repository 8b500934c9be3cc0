"""Who may be contacted now, and if not, why not and from when on (facts section 7, CO-01 to CO-11).

One implementation decides for one case and for the whole queue.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from lending_core.portfolio.collection_rules import BORROWER, CHANNELS, PARTIES, Conduct

# Why nobody may be contacted, in the order in which it is said, and the rule that says so; None: a
# rule of the house.
BARS: dict[str, str | None] = {
    "on_hold": "CO-11",
    "at_agency": None,
    "quiet_hours": "CO-01",
    "not_lost": "CO-04",
    "connected_max": "CO-03",
    "unanswered_max": "CO-02",
    "messages_max": None,
    "visits_max": None,
}
# What ends with the day, and what no clock ends.
DAILY = ("connected_max", "unanswered_max", "messages_max", "visits_max")
OPEN_ENDED = ("at_agency", "not_lost")


@dataclass(frozen=True)
class Way:
    """How somebody is contacted, and who: the borrower, or a third person, related or not."""

    channel: str
    party: str = BORROWER

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS or self.party not in PARTIES:
            raise ValueError(f"nobody is contacted by {self.channel} as {self.party}")


def local_time(at: datetime, rules: Conduct) -> datetime:
    """The instant as a clock on the borrower's wall shows it. Raises `ValueError` when naive."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(ZoneInfo(rules.time_zone)).replace(tzinfo=None)


def utc_offset_hours(at: datetime, rules: Conduct) -> int:
    """Whole hours by which the borrower's clock is ahead of UTC at an instant."""
    ahead = at.astimezone(ZoneInfo(rules.time_zone)).utcoffset() or timedelta()
    return ahead // timedelta(hours=1)


def is_quiet(local: datetime, rules: Conduct) -> bool:
    """Whether nobody is contacted at this time of the borrower's day (CO-01)."""
    return local.hour >= rules.quiet_from_hour or local.hour < rules.quiet_to_hour


def barred(tallies: pl.DataFrame, way: Way, local: datetime, rules: Conduct) -> pl.Series:
    """For each row the codes of `BARS` that forbid an attempt now, in their order; empty: allowed.

    `tallies`: unanswered_today (calls to the number that is to be called), connected_today,
    messages_today, visits_today of the borrower's day; failed_in_row, is_number_invalid; hold_kind
    and agency_code, null where there is none.
    """
    found = _conditions(way, local, rules)
    codes = [pl.when(found[code]).then(pl.lit(code)) for code in BARS if code in found]
    return tallies.select(barred=pl.concat_list(codes).list.drop_nulls())["barred"]


def next_allowed(
    tally: dict[str, Any], way: Way, local: datetime, rules: Conduct
) -> datetime | None:
    """The borrower's time from which on the attempt is allowed, if nothing else happens: now where
    it is, None where no clock brings it. `tally`: a row as `barred` takes it, with
    hold_days_left: on how many days, today included, a hold still stands (null: until lifted)."""
    codes = barred(pl.DataFrame([tally], schema_overrides=_NULLABLE), way, local, rules)[
        0
    ].to_list()
    if any(code in OPEN_ENDED for code in codes):
        return None
    if "on_hold" in codes and tally["hold_days_left"] is None:
        return None
    times = [_ends(code, tally, local, rules) for code in codes]
    return max(times, default=local)


def is_lost(rules: Conduct) -> pl.Expr:
    """Whether the borrower cannot be reached (CO-04)."""
    return pl.col("is_number_invalid") | (pl.col("failed_in_row") >= rules.failed_in_row)


_NULLABLE = {"hold_kind": pl.String, "agency_code": pl.String, "hold_days_left": pl.Int64}


def _conditions(way: Way, local: datetime, rules: Conduct) -> dict[str, pl.Expr]:
    always = {
        "on_hold": pl.col("hold_kind").is_not_null(),
        "at_agency": pl.col("agency_code").is_not_null(),
        "quiet_hours": pl.lit(is_quiet(local, rules)),
    }
    third = {} if way.party == BORROWER else {"not_lost": ~is_lost(rules)}
    by_channel = {
        "call": {
            "connected_max": pl.col("connected_today") >= rules.connected_per_day_max,
            "unanswered_max": pl.col("unanswered_today") >= rules.unanswered_per_day_max,
        },
        "message": {"messages_max": pl.col("messages_today") >= rules.messages_per_day_max},
        "visit": {"visits_max": pl.col("visits_today") >= rules.visits_per_day_max},
    }
    return {**always, **third, **by_channel[way.channel]}


def _ends(code: str, tally: dict[str, Any], local: datetime, rules: Conduct) -> datetime:
    tomorrow = local.date() + timedelta(days=1)
    if code == "on_hold":
        return _morning(local.date() + timedelta(days=tally["hold_days_left"]), rules)
    if code in DAILY or local.hour >= rules.quiet_from_hour:
        return _morning(tomorrow, rules)
    return _morning(local.date(), rules)


def _morning(on: date, rules: Conduct) -> datetime:
    return datetime.combine(on, time(rules.quiet_to_hour))
