"""What the team view reads: cures, promises, contacts and recovery, by month and by collector."""

from datetime import date, timedelta

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import add_months, month_start
from lending_core.operations.console import book
from lending_core.operations.promises import promise_states
from lending_core.portfolio.collection_figures import CURE_DAYS, CURVE_DAYS, recovery_curve
from lending_core.store.engine import Store

# How many months the team looks back, the newest one among them.
MONTHS_BACK = 12


def cures_by_month(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per month in which cases opened: month_end_on, cases, ended (by now), cured (within
    `CURE_DAYS` days) and cure_rate, both null until every case of the month had the days."""
    require(actor, Permission.VIEW_COLLECTIONS)
    current = book(store)
    found = store.read("case_cure", from_on=_since(store), cure_days_max=CURE_DAYS)
    is_over = pl.col("newest_on") + timedelta(days=CURE_DAYS) <= current.business_on
    return found.with_columns(cured=pl.when(is_over).then(pl.col("cured"))).select(
        "month_end_on", "cases", "ended", "cured", cure_rate=pl.col("cured") / pl.col("cases")
    )


def promises_by_month(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per month in which promises were made: month_end_on, promises, promised_fen, kept,
    broken, still_open, replaced, paid_fen (for them), kept_rate of those that were kept or broken
    (null before any was)."""
    require(actor, Permission.VIEW_COLLECTIONS)
    recent = promise_states(store).filter(pl.col("made_on") >= _since(store))
    return _promises_by(recent, pl.col("made_on").dt.month_end().alias("month_end_on"))


def contacts_by_month(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per month with attempts: month_end_on, contacts, connected, connected_rate,
    cases_contacted, cases_open at some time of the month, contacts_per_case of those contacted."""
    require(actor, Permission.VIEW_COLLECTIONS)
    return store.read("contact_by_month", from_on=_since(store)).with_columns(
        connected_rate=pl.col("connected") / pl.col("contacts"),
        contacts_per_case=pl.col("contacts") / pl.col("cases_contacted"),
    )


def collectors(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per collector of the last `MONTHS_BACK` months, most contacts first: user_name,
    contacts, connected, connected_rate, promises, promised_fen, kept, broken, kept_rate."""
    require(actor, Permission.VIEW_COLLECTIONS)
    since = _since(store)
    worked = (
        store.read("contact_by_collector", from_on=since)
        .group_by(user_name="recorded_by")
        .agg(
            contacts=pl.col("contacts").sum(),
            connected=pl.col("contacts").filter("is_connected").sum(),
        )
    )
    recent = promise_states(store).filter(pl.col("made_on") >= since)
    promised = _promises_by(recent, pl.col("recorded_by").alias("user_name"))
    counts = ("contacts", "connected", "promises", "promised_fen", "kept", "broken")
    return (
        worked.join(promised, on="user_name", how="full", coalesce=True)
        .with_columns(pl.col(*counts).fill_null(0))
        .with_columns(connected_rate=_share("connected", "contacts"))
        .sort("contacts", "user_name", descending=[True, False])
        .select("user_name", *counts, "connected_rate", "kept_rate")
    )


def outcomes_by_channel(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per channel and outcome of the last `MONTHS_BACK` months: channel, outcome,
    contacts."""
    require(actor, Permission.VIEW_COLLECTIONS)
    found = store.read("contact_by_collector", from_on=_since(store))
    return (
        found.group_by("channel", "outcome")
        .agg(pl.col("contacts").sum())
        .sort("contacts", "outcome", descending=[True, False])
    )


def recovery_by_day(store: Store, actor: Actor) -> pl.DataFrame:
    """How much of what became late was late no more by day, of the entries of `MONTHS_BACK` months
    that all had `CURVE_DAYS` days: see `recovery_curve`."""
    require(actor, Permission.VIEW_COLLECTIONS)
    last_on = book(store).business_on - timedelta(days=CURVE_DAYS)
    first_on = add_months(last_on, -MONTHS_BACK) + timedelta(days=1)
    return recovery_curve(store.read("entry_cured", from_on=first_on, to_on=last_on))


def complaints_by_month(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per month with open loans: month_end_on, complaints, late_accounts at its end,
    per_10000 late accounts (CO-12), null where none is late."""
    require(actor, Permission.VIEW_COLLECTIONS)
    found = store.read("complaint_by_month", from_on=_since(store))
    return found.with_columns(
        per_10000=pl.when(pl.col("late_accounts") > 0).then(
            pl.col("complaints") * 10_000 / pl.col("late_accounts")
        )
    )


def _since(store: Store) -> date:
    return add_months(month_start(book(store).business_on), 1 - MONTHS_BACK)


def _promises_by(promises: pl.DataFrame, key: pl.Expr) -> pl.DataFrame:
    def counted(state: str) -> pl.Expr:
        return (pl.col("promise_state") == state).sum().cast(pl.Int64)

    return (
        promises.group_by(key)
        .agg(
            promises=pl.len().cast(pl.Int64),
            promised_fen=pl.col("amount_fen").sum(),
            paid_fen=pl.col("paid_fen").sum(),
            kept=counted("kept"),
            broken=counted("broken"),
            still_open=counted("open"),
            replaced=counted("replaced"),
        )
        .with_columns(
            kept_rate=pl.when(pl.col("kept") + pl.col("broken") > 0).then(
                pl.col("kept") / (pl.col("kept") + pl.col("broken"))
            )
        )
        .sort(key.meta.output_name())
    )


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))
