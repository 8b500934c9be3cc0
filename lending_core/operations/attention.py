"""What needs a person, gathered from every part of the book."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import month_start
from lending_core.operations import policies, policy_guard, reports
from lending_core.operations.console import book
from lending_core.portfolio.attention import Alert, BookState, alerts, thresholds
from lending_core.portfolio.delinquency import headline_rates, roll_rates
from lending_core.servicing.buckets import HEADLINE_DAYS
from lending_core.store.engine import Store


def attention(store: Store, actor: Actor) -> list[Alert]:
    """Alerts of the whole book on its open day, the most urgent first."""
    require(actor, Permission.VIEW_BOOK)
    everything = reports.BookFilter()
    current = book(store)
    state = BookState(
        open_on=current.open_on,
        waiting=store.read("waiting_review"),
        rates=headline_rates(reports.bucket_by_month(store, actor, everything)),
        rolls=roll_rates(reports.roll_by_month(store, actor, everything)),
        entered_90=store.read(
            "entered_stage",
            month_end_on=current.business_on,
            previous_month_end_on=month_start(current.business_on) - timedelta(days=1),
            entry_days_past_due=HEADLINE_DAYS[1] + 1,
        ),
        funders=reports.funder_room(store, actor),
        **_policies(store, actor),
    )
    return alerts(state, thresholds())


def _policies(store: Store, actor: Actor) -> dict[str, Any]:
    """What `BookState` asks of limit policies; nothing for who may not see them."""
    if not actor.may(Permission.VIEW_POLICY):
        return {}
    versions = policies.policy_versions(store, actor)
    is_waiting = pl.col("policy_standing") == "waiting"
    waiting = versions.filter(is_waiting)["policy_version"].to_list()
    reading = policy_guard.guard_reading(store, actor)
    reverted = policy_guard.reversion(store, actor)
    return {
        "waiting_policies": waiting,
        "reversion": asdict(reverted) if reverted else None,
        "alarms": len(reading.breaches) if reading else 0,
        "policy_version": reading.policy_version if reading else 0,
    }
