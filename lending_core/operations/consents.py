"""Consents given and taken back, and what taking one back would change.

No consent, no data: from a withdrawal on the source is not read, and its features are missing. What
was decided before stays as it was.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.identity.consents import asked_of, consents
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.deciding import judged, model_in_force, policy_for
from lending_core.operations.ownership import check_own_customer
from lending_core.scoring.features import withheld
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Happening, Moment, append_events


@dataclass(frozen=True)
class Outcome:
    """What the engines in force say of one applicant; no rate where it is declined."""

    outcome: str
    score: int
    default_probability: float
    band: str
    limit_fen: int
    annual_rate: Decimal | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class WithdrawalPreview:
    """The newest application decided as of now with all consents in force, and without one of them;
    `lost` are the features that were known and would not be."""

    application_id: int
    lost: tuple[str, ...]
    before: Outcome
    after: Outcome


def consents_of_customer(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per consent that such a borrower is asked for, in that order: source, purpose,
    consent_state (granted, withdrawn, not_given) by the newest answer, and its text_version and
    recorded_at (null without one). Raises `NotFound`."""
    require(actor, Permission.VIEW_BOOK)
    asked = asked_of(_kind(store, customer_id))
    answers = store.read("customer_consent", customer_id=customer_id)
    return (
        pl.DataFrame({"source": [each.source for each in asked]})
        .with_columns(purpose=_purpose())
        .join(answers, on=["source", "purpose"], how="left", maintain_order="left")
        .with_columns(pl.col("consent_state").fill_null("not_given"))
    )


def consent_log(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per answer, newest first: recorded_at, source, purpose, consent_state,
    text_version."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("consent_log", customer_id=customer_id)


def grant_consent(
    store: Store, actor: Actor, customer_id: int, source: str, *, at: datetime
) -> None:
    """The borrower allows a source, in the words of the open day. Raises `NotFound`, `InvalidInput`
    for a source that such a borrower is not asked about, `InvalidState` when it is allowed."""
    require(actor, Permission.SUBMIT_APPLICATION)
    with store.transaction() as transaction:
        check_own_customer(transaction, actor, customer_id)
        if source in granted_sources(transaction, customer_id):
            raise InvalidState("consent_given", source=source)
        moment = Moment(actor, book(transaction).open_on, at)
        keep_granted(transaction, moment, customer_id, [source])


def withdraw_consent(
    store: Store, actor: Actor, customer_id: int, source: str, *, at: datetime
) -> None:
    """The borrower takes a consent back. Raises `NotFound`, `InvalidInput` as `grant_consent`,
    `InvalidState` when it is not given."""
    require(actor, Permission.SUBMIT_APPLICATION)
    with store.transaction() as transaction:
        check_own_customer(transaction, actor, customer_id)
        _check_asked(transaction, customer_id, [source])
        if source not in granted_sources(transaction, customer_id):
            raise InvalidState("consent_not_given", source=source)
        moment = Moment(actor, book(transaction).open_on, at)
        kept = _keep(transaction, moment, customer_id, [source], is_granted=False)
        append_events(transaction, moment, "consent_withdrawn", [kept])


def keep_granted(
    transaction: Transaction, moment: Moment, customer_id: int, sources: Collection[str]
) -> None:
    """Part of an application or of a change of mind: the sources allowed, and to which words.
    Raises `NotFound`, `InvalidInput` as `grant_consent`."""
    _check_asked(transaction, customer_id, sources)
    if sources:
        kept = _keep(transaction, moment, customer_id, sorted(sources), is_granted=True)
        append_events(transaction, moment, "consent_granted", [kept])


def granted_sources(reader: Store | Transaction, customer_id: int) -> frozenset[str]:
    """The sources that a customer allows by the newest answer to each."""
    answers = reader.read("customer_consent", customer_id=customer_id)
    return frozenset(answers.filter(pl.col("consent_state") == "granted")["source"])


def with_text(answers: pl.DataFrame) -> pl.DataFrame:
    """`answers` (with source and answered_on) with purpose, and text_version in force on the day of
    each, in the order of those days; without answered_on."""
    texts = pl.DataFrame(
        [
            (each.source, text.effective_on, text.version)
            for each in consents().values()
            for text in each.texts
        ],
        schema={"source": pl.String, "effective_on": pl.Date, "text_version": pl.String},
        orient="row",
    )
    return (
        answers.sort("answered_on", maintain_order=True)
        .join_asof(
            texts.sort("effective_on"),
            left_on="answered_on",
            right_on="effective_on",
            by="source",
            check_sortedness=False,
        )
        .with_columns(purpose=_purpose())
        .drop("answered_on", "effective_on")
    )


def preview_withdrawal(
    store: Store, actor: Actor, customer_id: int, source: str
) -> WithdrawalPreview | None:
    """What the model and policy in force would make of the newest application without a source;
    nothing is written. None for a customer who never applied."""
    require(actor, Permission.VIEW_SCORES)
    newest = store.read("newest_application_input", customer_id=customer_id)
    if newest.is_empty():
        return None
    granted = granted_sources(store, customer_id)
    known = without(newest, withheld(granted))
    left = without(known, withheld(granted - {source}))
    lost = [name for name in withheld(granted - {source}) if known[name].item() is not None]
    return WithdrawalPreview(
        application_id=newest["application_id"].item(),
        lost=tuple(lost),
        before=judged_now(store, known),
        after=judged_now(store, left),
    )


def without(applicant: pl.DataFrame, names: Collection[str]) -> pl.DataFrame:
    """The applicant with these features not known."""
    kinds = applicant.schema
    return applicant.with_columns(pl.lit(None, kinds[name]).alias(name) for name in names)


def judged_now(store: Store, applicant: pl.DataFrame) -> Outcome:
    """What model and policy say now of one row of `policy_input`; nothing is written."""
    _, policy = policy_for(store, applicant["customer_id"].item())
    found = judged(store, model_in_force(store), policy, applicant).row(0, named=True)
    facts = {name: found[name] for name in Outcome.__dataclass_fields__}
    return Outcome(**{**facts, "reasons": tuple(found["reasons"])})


def _keep(
    transaction: Transaction,
    moment: Moment,
    customer_id: int,
    sources: list[str],
    *,
    is_granted: bool,
) -> Happening:
    """Writes one row per answer; returns what the ledger keeps of them: the very words by hash."""
    since = _other_answers(transaction, customer_id, is_granted=is_granted)
    answers = pl.DataFrame(
        {
            "customer_id": customer_id,
            "source": sources,
            "is_granted": is_granted,
            "recorded_at": [_after(since.get(each), utc_naive(moment.at)) for each in sources],
            "answered_on": moment.business_on,
        }
    )
    transaction.append("consent", with_text(answers))
    texts = {source: consents()[source].text_on(moment.business_on).sha256 for source in sources}
    return "customer", customer_id, {"text_sha256": texts}


def _other_answers(
    transaction: Transaction, customer_id: int, *, is_granted: bool
) -> dict[str, datetime]:
    """Source -> when it was answered last, of those whose newest answer is the opposite one."""
    answers = transaction.read("customer_consent", customer_id=customer_id)
    is_other = (pl.col("consent_state") == "granted") != is_granted
    return dict(answers.filter(is_other).select("source", "recorded_at").rows())


def _after(before: datetime | None, now: datetime) -> datetime:
    """The newest answer counts, so a change of mind is never recorded as older than what it
    changes: clocks are set back, and a simulated book may be ahead of them."""
    return now if before is None else max(now, before + timedelta(microseconds=1))


def _purpose() -> pl.Expr:
    purposes = {source: each.purpose for source, each in consents().items()}
    return pl.col("source").replace_strict(purposes, return_dtype=pl.String)


def _check_asked(transaction: Transaction, customer_id: int, sources: Collection[str]) -> None:
    asked = {each.source for each in asked_of(_kind(transaction, customer_id))}
    for source in sorted(set(sources) - asked):
        raise InvalidInput("consent_not_asked", source=source)


def _kind(reader: Store | Transaction, customer_id: int) -> str:
    found = reader.read("customer_page", customer_id=customer_id)
    if found.is_empty():
        raise NotFound("customer_unknown", customer_id=customer_id)
    return str(found["kind"].item())
