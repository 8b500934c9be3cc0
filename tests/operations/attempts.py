"""Attempts to reach a borrower, and the rules of conduct read off their history without the code
that enforces them."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import strategies as st

from lending_core.errors import InvalidState
from lending_core.portfolio.collection_rules import outcomes
from lending_core.store.engine import Store
from tests.builders import AT
from tests.operations.journeys import rows
from tests.operations.late import THIRD, try_once

# What is tried: an outcome, a channel or the third person, and minutes since the step before.
Step = tuple[str, str, int]

_CALLED = ["no_answer", "switched_off", "invalid_number", "call_back", "promised"]
_HOW = st.one_of(
    st.tuples(st.sampled_from(_CALLED), st.just("call")),
    st.tuples(st.sampled_from(["no_answer", "call_back"]), st.just("call")),
    st.tuples(st.sampled_from(["sent", "undelivered", "cannot_pay"]), st.just("message")),
    st.tuples(st.just("nobody_home"), st.just("visit")),
    st.tuples(st.sampled_from(["no_answer", "relayed"]), st.just("third")),
)
# Mostly at once, sometimes hours later: only so are the day's limits and the night reached.
_MINUTES = st.sampled_from([0, 0, 1, 5, 60, 300])
STEPS = st.lists(
    st.builds(lambda how, minutes: (*how, minutes), _HOW, _MINUTES), min_size=12, max_size=30
)


def attempt_all(store: Store, steps: list[Step]) -> None:
    """Tries one after the other, from the newest attempt on; what is refused is left at that."""
    newest = rows(store, "contact_attempt")["attempted_at"].max()
    at = newest.replace(tzinfo=UTC) if isinstance(newest, datetime) else AT
    for outcome, how, minutes in steps:
        at += timedelta(minutes=minutes)
        attempt(store, outcome, how, at)


def attempt(store: Store, outcome: str, how: str, at: datetime) -> None:
    """Tries once, and does not mind a rule that forbids it."""
    third = {"party": "related", "number": THIRD, "reason": "lost"} if how == "third" else {}
    channel = how if how in ("message", "visit") else "call"
    try:
        try_once(store, outcome, at, channel=channel, **third)
    except InvalidState:
        return


def broken_rules(attempts: pl.DataFrame) -> list[str]:
    """Rules that a history of one borrower breaks (rows of `contact_attempt` in their order)."""
    local = attempts.with_columns(local=pl.col("attempted_at") + pl.duration(hours=8))
    days = local.with_columns(day=pl.col("local").dt.date())
    called = days.filter(channel="call")
    connected = called.group_by("day").agg(pl.col("is_connected").sum())["is_connected"]
    silent = called.filter(~pl.col("is_connected")).group_by("day", "number_key").len()["len"]
    is_day = local["local"].dt.hour().is_between(8, 21).all()
    return [
        *([] if is_day else ["CO-01"]),
        *(["CO-02"] if (silent > 6).any() else []),
        *(["CO-03"] if (connected > 3).any() else []),
        *([] if all(lost_before(attempts)) else ["CO-04"]),
    ]


def lost_before(attempts: pl.DataFrame) -> list[bool]:
    """For each call to a third person whether the borrower was lost by then."""
    found, failed, is_invalid = [], 0, False
    for row in attempts.rows(named=True):
        what = outcomes()[row["outcome"]]
        if row["party"] != "borrower":
            found.append(failed >= 3 or is_invalid)
        elif what.is_failed:
            failed, is_invalid = failed + 1, is_invalid or what.is_number_invalid
        elif what.is_connected:
            failed, is_invalid = 0, False
    return found
