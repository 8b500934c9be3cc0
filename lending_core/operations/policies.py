"""The limit policy at work: tried on the past, saved, put in force by a second person."""

from datetime import datetime

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.console import book
from lending_core.policy.checks import findings
from lending_core.policy.comparison import effect_counts, with_effect
from lending_core.policy.document import Policy, policy_text, read_policy
from lending_core.policy.what_if import breakdown_query, changes_query, what_if_query
from lending_core.products.catalogue import catalogue
from lending_core.store.engine import Store
from lending_core.store.events import Moment, append_events

NOTE_LENGTH_MAX = 500
# A list for a person to look through; the counts cover everybody.
AFFECTED_MAX = 500


def policy_versions(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per version, newest first: policy_version, note, author, recorded_at, document,
    approved_by and effective_on (null until a second person put it in force), and standing
    (`waiting` for approval, `in_force`, `retired`)."""
    require(actor, Permission.VIEW_POLICY)
    return store.read("policy_versions", on=book(store).open_on)


def policy_of_version(store: Store, actor: Actor, policy_version: int) -> Policy:
    """The document of one version. Raises `NotFound`."""
    found = policy_versions(store, actor).filter(pl.col("policy_version") == policy_version)
    if found.is_empty():
        raise NotFound("policy_unknown", policy_version=policy_version)
    return read_policy(found["document"][0])


def what_if(store: Store, actor: Actor, policy: Policy, by: str | None = None) -> pl.DataFrame:
    """What `policy` would have done with all past applications, in all or per value of `by`:
    the columns of `what_if_query`. Amounts after the decision are assumed, not observed."""
    require(actor, Permission.VIEW_POLICY)
    query = what_if_query(policy, catalogue().values(), policy.assumption, by=by)
    return store.read_sql(query.sql("duckdb"))


def replay(store: Store, actor: Actor, policy: Policy) -> pl.DataFrame:
    """As `what_if`, in all and in parts: the columns of `breakdown_query`."""
    require(actor, Permission.VIEW_POLICY)
    query = breakdown_query(policy, catalogue().values(), policy.assumption)
    return store.read_sql(query.sql("duckdb"))


def changes(store: Store, actor: Actor, today: Policy, draft: Policy) -> pl.DataFrame:
    """Past applications that two policies decide differently: columns of `changes_query`."""
    require(actor, Permission.VIEW_POLICY)
    return store.read_sql(changes_query(today, draft, catalogue().values()).sql("duckdb"))


def affected(
    store: Store, actor: Actor, today: Policy, draft: Policy
) -> tuple[dict[str, int], pl.DataFrame]:
    """How many past applications a draft changes, by effect; and those it moves most money for, at
    most `AFFECTED_MAX`: columns of `with_effect`, applied_on, product_code, score."""
    changed = with_effect(changes(store, actor, today, draft))
    most = changed.head(AFFECTED_MAX)
    brief = store.read("application_brief", application_ids=most["application_id"].to_list())
    joined = most.join(brief, on="application_id", maintain_order="left")
    return effect_counts(changed), joined


def save_policy(store: Store, actor: Actor, policy: Policy, note: str, *, at: datetime) -> int:
    """Keeps a draft as the next version, not yet in force; returns its number.

    Raises `InvalidInput` without a note or when the static checks find anything.
    """
    require(actor, Permission.SAVE_POLICY)
    if not 0 < len(note.strip()) <= NOTE_LENGTH_MAX:
        raise InvalidInput("note_missing", maximum=NOTE_LENGTH_MAX)
    found = findings(policy, catalogue().values())
    if found:
        raise InvalidInput("policy_has_findings", count=len(found), place=found[0].place)
    with store.transaction() as transaction:
        version = transaction.next_id("policy_version", "policy_version")
        row = {
            "policy_version": version,
            "document": policy_text(policy),
            "note": note.strip(),
            "author": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("policy_version", pl.DataFrame([row]))
        moment = Moment(actor, book(transaction).open_on, at)
        facts = {"document_sha256": digest({"document": row["document"], "note": row["note"]})}
        append_events(transaction, moment, "policy_saved", [("policy", version, facts)])
        return version


def approve_policy(store: Store, actor: Actor, policy_version: int, *, at: datetime) -> None:
    """Puts a saved version in force for every decision from now on.

    Raises `NotAllowed` for its author, `InvalidState` when it is in force or was before.
    """
    require(actor, Permission.APPROVE_POLICY)
    with store.transaction() as transaction:
        current = book(transaction)
        versions = transaction.read("policy_versions", on=current.open_on)
        found = versions.filter(pl.col("policy_version") == policy_version).rows(named=True)
        if not found:
            raise NotFound("policy_unknown", policy_version=policy_version)
        if found[0]["author"] == actor.user_name:
            raise NotAllowed("own_policy")
        if found[0]["approved_by"] is not None:
            raise InvalidState("policy_already_approved", policy_version=policy_version)
        moment = Moment(actor, current.open_on, at)
        row = {
            "policy_version": policy_version,
            "status": "approved",
            "reason": found[0]["note"],
            "changed_by": actor.user_name,
            "effective_on": moment.business_on,
            "recorded_at": utc_naive(at),
            "position": transaction.next_id("policy_step", "position"),
        }
        transaction.append("policy_step", pl.DataFrame([row]))
        append_events(
            transaction,
            moment,
            "policy_approved",
            [("policy", policy_version, {"version": policy_version})],
        )
