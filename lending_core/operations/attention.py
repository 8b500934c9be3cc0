"""What work waits for a person, gathered from every part of the house."""

from dataclasses import asdict
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations import policies, policy_guard
from lending_core.operations.console import book
from lending_core.portfolio.attention import Alert, BookState, alerts, thresholds
from lending_core.store.engine import Store


def attention(store: Store, actor: Actor) -> list[Alert]:
    """Work that waits for a person on the open day, the most urgent first."""
    require(actor, Permission.VIEW_BOOK)
    state = BookState(
        open_on=book(store).open_on,
        waiting=store.read("waiting_review"),
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
