"""The paper behind a submitted policy: what it would have done with the past, beside today's."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.ledger.chain import canonical, digest
from lending_core.operations import policy_replay
from lending_core.operations.console import book, newest_event_id
from lending_core.operations.policy_replay import Window
from lending_core.policy.compile import PPM
from lending_core.policy.document import Policy
from lending_core.policy.replay import SIDES
from lending_core.policy.replay_compare import MEASURES, added, measured, moved, totals
from lending_core.policy.replay_people import EFFECTS
from lending_core.store.engine import Store

PARTS = ("band", "product_code")


@dataclass(frozen=True)
class Evidence:
    """A paper behind a step: its kind (`replay` or `alarm`), what it says, its hash, and whether
    the ledger committed to that very hash."""

    position: int
    kind: str
    facts: dict[str, Any]
    sha256: str
    is_unchanged: bool


def evidence_of_policy(store: Store, actor: Actor, policy_version: int) -> list[Evidence]:
    """The papers behind the steps of a version, oldest first."""
    require(actor, Permission.VIEW_POLICY)
    recorded = _recorded(store)
    papers = store.read("policy_evidence", policy_version=policy_version)
    return [_read(row, recorded) for row in papers.rows(named=True)]


def replay_evidence(store: Store, actor: Actor, today: tuple[int, Policy], draft: Policy) -> str:
    """Both policies replayed over all past applications under the draft's assumptions, as canonical
    JSON: base_version, business_on, event_id, applications; assumption; effects: how many fare how;
    of today and draft `MEASURES`, shares and rates in parts per million; and the same of parts, by
    each of `PARTS`."""
    base_version, in_force = today
    cubes = _cubes(store, actor, replace(in_force, assumption=draft.assumption), draft)
    facts: dict[str, Any] = {
        "base_version": base_version,
        "business_on": book(store).business_on,
        "event_id": newest_event_id(store),
        "assumption": asdict(draft.assumption),
        **cubes,
    }
    return canonical(facts)


def _cubes(store: Store, actor: Actor, today: Policy, draft: Policy) -> dict[str, Any]:
    windows = policy_replay.parts(store, actor, Window())
    if not windows:
        return {"applications": 0}
    changes = [policy_replay.changes(store, actor, today, draft, each) for each in windows]
    before = added(policy_replay.replayed(store, actor, today, each) for each in windows)
    after = moved(
        before, added(each.before for each in changes), added(each.after for each in changes)
    )
    cubes = dict(zip(SIDES, (before, after), strict=True))
    return {
        "applications": totals(before)["applications"],
        "effects": {name: sum(each.effects[name] for each in changes) for name in EFFECTS},
        **{side: _told(totals(cube)) for side, cube in cubes.items()},
        "parts": {by: _parts(cubes, by) for by in PARTS},
    }


def _parts(cubes: dict[str, pl.DataFrame], by: str) -> dict[str, dict[str, Any]]:
    """Value of `by` -> side -> what is told of it; what has no value stands under an empty one."""
    found: dict[str, dict[str, Any]] = {}
    for side, cube in cubes.items():
        for row in measured(cube, by).rows(named=True):
            found.setdefault(row[by] or "", {})[side] = _told(row)
    return found


def _told(row: dict[str, Any]) -> dict[str, int | None]:
    """`MEASURES` and applications in whole numbers, the same text on any machine."""
    told = {name: row[name] for name in ("applications", *MEASURES)}
    return {
        name: round(value * PPM) if isinstance(value, float) else value
        for name, value in told.items()
    }


def _recorded(store: Store) -> set[str]:
    """Hashes of evidence that the ledger committed to."""
    return {json.loads(each)["evidence_sha256"] for each in store.read("policy_event")["payload"]}


def _read(row: dict[str, Any], recorded: set[str]) -> Evidence:
    sha256 = digest({"document": row["document"]})
    facts = json.loads(row["document"])
    return Evidence(row["position"], row["kind"], facts, sha256, sha256 in recorded)
