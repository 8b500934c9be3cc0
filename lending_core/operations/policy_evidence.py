"""The paper behind a submitted policy: what it would have done with the past, beside today's."""

from typing import Any

import polars as pl

from lending_core.ledger.chain import canonical
from lending_core.operations.console import book
from lending_core.policy.comparison import MEASURES, effect_counts, totals, with_effect
from lending_core.policy.document import Policy
from lending_core.policy.what_if import BREAKDOWNS, breakdown_query, changes_query
from lending_core.products.catalogue import catalogue
from lending_core.store.engine import Store
from lending_core.store.events import newest_event

SIDES = ("today", "draft")


def replay_evidence(store: Store, today: tuple[int, Policy], draft: Policy) -> str:
    """Both policies replayed over all past applications, as canonical JSON: base_version,
    business_on, event_id, applications; today and draft with `MEASURES`; parts by each of
    `BREAKDOWNS`; effects: how many applications fare better or worse."""
    base_version, in_force = today
    newest = newest_event(store)
    replays = [_replayed(store, policy) for policy in (in_force, draft)]
    wholes = [totals(replay) for replay in replays]
    changed = with_effect(store.read_sql(_changes_sql(in_force, draft)))
    facts: dict[str, Any] = {
        "base_version": base_version,
        "business_on": book(store).business_on,
        "event_id": newest.event_id if newest else 0,
        "applications": wholes[0]["applications"],
        "effects": effect_counts(changed),
        **{
            side: {name: _told(whole[name]) for name in MEASURES}
            for side, whole in zip(SIDES, wholes, strict=True)
        },
        "parts": {by: _parts(replays, by) for by in BREAKDOWNS},
    }
    return canonical(facts)


def _replayed(store: Store, policy: Policy) -> pl.DataFrame:
    query = breakdown_query(policy, catalogue().values(), policy.assumption)
    return store.read_sql(query.sql("duckdb"))


def _changes_sql(today: Policy, draft: Policy) -> str:
    return changes_query(today, draft, catalogue().values()).sql("duckdb")


def _parts(replays: list[pl.DataFrame], by: str) -> dict[str, dict[str, list[Any]]]:
    """Value of `by` -> side -> applications, approvals and limits granted."""
    columns = ("applications", "approvals", "limit_fen")
    found: dict[str, dict[str, list[Any]]] = {}
    for side, replay in zip(SIDES, replays, strict=True):
        rows = replay.filter(pl.col(by).is_not_null()).select(by, *columns).rows()
        for value, *figures in rows:
            found.setdefault(value, {})[side] = figures
    return found


def _told(value: Any) -> Any:
    """A rate as exact text; a share in parts per million: the same text on any machine."""
    if isinstance(value, float):
        return round(value * 1_000_000)
    return None if value is None else value if isinstance(value, int) else str(value)
