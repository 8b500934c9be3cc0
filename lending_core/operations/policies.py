"""The register of limit policies: every version, where it stands, its life and what it decided."""

from datetime import date

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.operations.console import book
from lending_core.operations.deciding import document_of_version, rulebook
from lending_core.operations.personal import of_the_house
from lending_core.policy.document import Policy
from lending_core.policy.life_cycle import Span, Step, entries, spans, standings
from lending_core.store.engine import Store, Transaction

_STANDING_SCHEMA = {
    "policy_version": pl.Int32,
    "policy_standing": pl.String,
    "approved_by": pl.String,
    "in_force_by": pl.String,
    "effective_on": pl.Date,
    "effective_until": pl.Date,
}


def policy_versions(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per version, newest first: policy_version, note, author, recorded_at, document;
    policy_standing (`life_cycle.Standing`) on the open day; approved_by, the second person;
    in_force_by, effective_on and effective_until of the step that put it in force last, or will.
    These are null where there was no such step."""
    require(actor, Permission.VIEW_POLICY)
    return of_the_house(store, actor, versions(store, book(store).open_on))


def versions(reader: Store | Transaction, on: date) -> pl.DataFrame:
    """As `policy_versions`, on a day, with notes as they are kept."""
    steps = rulebook(reader).steps
    standing = standings(steps, on)
    newest = {step.policy_version: step for step in entries(steps)}
    approver = {each.policy_version: each.changed_by for each in steps if each.status == "approved"}
    rows = [
        (version, standing[version], approver.get(version), *_entry(newest.get(version)))
        for version in standing
    ]
    stand = pl.DataFrame(rows, schema=_STANDING_SCHEMA, orient="row")
    known = reader.read("policy_versions")
    return known.join(stand, on="policy_version", how="left", maintain_order="left")


def policy_of_version(store: Store, actor: Actor, policy_version: int) -> Policy:
    """The document of one version. Raises `NotFound`."""
    require(actor, Permission.VIEW_POLICY)
    return document_of_version(store, policy_version)


def author_of(reader: Store | Transaction, policy_version: int) -> str:
    """Who submitted a version. Raises `NotFound`."""
    found = reader.read("policy_author", policy_version=policy_version)["author"].to_list()
    if not found:
        raise NotFound("policy_unknown", policy_version=policy_version)
    return str(found[0])


def life_of_policy(store: Store, actor: Actor, policy_version: int) -> pl.DataFrame:
    """One row per step of a version, oldest first: status, reason, changed_by, effective_on,
    effective_until, recorded_at, position."""
    require(actor, Permission.VIEW_POLICY)
    steps = store.read("policy_step", policy_version=policy_version)
    return of_the_house(store, actor, steps)


def policy_use(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per version that decided anybody: policy_version, applications, first_on, last_on."""
    require(actor, Permission.VIEW_POLICY)
    return store.read("policy_use")


def policy_days(store: Store, actor: Actor) -> list[Span]:
    """Which version decides when, planned days included; trials left out."""
    require(actor, Permission.VIEW_POLICY)
    return spans(rulebook(store).steps)


def _entry(step: Step | None) -> tuple[str | None, date | None, date | None]:
    """Who put a version in force, from when, until when."""
    if step is None:
        return None, None, None
    return step.changed_by, step.effective_on, step.effective_until
