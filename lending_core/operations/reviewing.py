"""What people decide of an application after the policy, or its borrower, asked for a person.

An approval above an amount, and every approval of what the policy declined, counts once a second
person confirmed it; that second person's word is the last.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotAllowed
from lending_core.ledger.chain import digest, utc_naive
from lending_core.money import fen_text
from lending_core.operations import listing
from lending_core.operations.cases import known_case
from lending_core.operations.console import book
from lending_core.operations.deciding import document_of_version, open_lines
from lending_core.operations.listing import PAGE_ROWS, Asked, Listing, Order
from lending_core.operations.ownership import check_own
from lending_core.operations.personal import masked_rows
from lending_core.policy.document import Policy
from lending_core.policy.offers import price
from lending_core.policy.reviews import is_binding, is_suspected, needs_two, review_rules
from lending_core.products.catalogue import catalogue
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Happening, Moment, append_events

WORDS_LENGTH_MAX = 300


@dataclass(frozen=True)
class Review:
    """What a person decided, for a reason of the list (`review_rules().reasons`), and what was seen
    in words. `limit_fen` only where a first person approves what the policy declined."""

    application_id: int
    outcome: str
    reason: str
    words: str
    limit_fen: int | None = None

    def __post_init__(self) -> None:
        if self.outcome not in review_rules().reasons:
            raise ValueError(f"a review approves or declines, not {self.outcome!r}")
        if self.reason not in review_rules().reasons[self.outcome]:
            raise InvalidInput("review_grounds_missing")
        if not 0 < len(self.words.strip()) <= WORDS_LENGTH_MAX:
            raise InvalidInput("review_grounds_missing")


def review_application(store: Store, actor: Actor, review: Review, *, at: datetime) -> None:
    """The first person decides what waits for one.

    Raises `InvalidState` when the application does not wait for a first person, or an approval
    would overrule the law; `InvalidInput` for a limit outside the product, and for an approval of
    what a rule on fraud spoke of on any reason but `review_rules().fraud_reason`.
    """
    require(actor, Permission.REVIEW_APPLICATION)
    with store.transaction() as transaction:
        case = known_case(transaction, review.application_id)
        if case["waits_for"] != "first":
            raise InvalidState("not_waiting_for_review", application_id=review.application_id)
        _check_reason(transaction, case, review)
        limit_fen = _chosen_limit(transaction, case, review)
        is_approved = review.outcome == "approve"
        needs_second = is_approved and _needs_two(case, limit_fen)
        row = {
            "application_id": review.application_id,
            "outcome": review.outcome,
            "reason": review.reason,
            "words": review.words.strip(),
            "limit_fen": limit_fen,
            "needs_second": needs_second,
            "reviewed_by": actor.user_name,
            "reviewed_at": utc_naive(at),
        }
        transaction.append("review", pl.DataFrame([row], schema_overrides={"limit_fen": pl.Int64}))
        moment = Moment(actor, book(transaction).open_on, at)
        if is_approved and not needs_second:
            _open_line(transaction, case, limit_fen, moment.business_on)
        facts = {**_public(review), "limit_fen": limit_fen, "needs_second": needs_second}
        append_events(transaction, moment, "application_reviewed", [_happened(case, facts)])


def confirm_review(store: Store, actor: Actor, review: Review, *, at: datetime) -> None:
    """A second person confirms or overturns an approval, which then counts as decided.

    Raises `NotAllowed` for the first person, `InvalidState` when no second one is waited for.
    """
    require(actor, Permission.REVIEW_APPLICATION)
    with store.transaction() as transaction:
        case = known_case(transaction, review.application_id)
        if case["waits_for"] != "second":
            raise InvalidState("not_waiting_for_second", application_id=review.application_id)
        if case["reviewed_by"] == actor.user_name:
            raise NotAllowed("own_review")
        _check_reason(transaction, case, review)
        row = {
            "application_id": review.application_id,
            "outcome": review.outcome,
            "reason": review.reason,
            "words": review.words.strip(),
            "confirmed_by": actor.user_name,
            "confirmed_at": utc_naive(at),
        }
        transaction.append("review_confirmation", pl.DataFrame([row]))
        moment = Moment(actor, book(transaction).open_on, at)
        if review.outcome == "approve":
            _open_line(transaction, case, case["review_limit_fen"], moment.business_on)
        append_events(transaction, moment, "review_confirmed", [_happened(case, _public(review))])


def request_review(store: Store, actor: Actor, application_id: int, *, at: datetime) -> None:
    """The borrower asks that a person looks at what the policy declined (PI-04): it joins the
    queue, and the days to answer run.

    Raises `InvalidState` when it was not declined by the policy, or was asked for before.
    """
    require(actor, Permission.SUBMIT_APPLICATION)
    with store.transaction() as transaction:
        check_own(transaction, actor, application_id)
        case = known_case(transaction, application_id)
        if case["outcome"] != "decline" or case["requested_on"] is not None:
            raise InvalidState("review_not_possible", application_id=application_id)
        moment = Moment(actor, book(transaction).open_on, at)
        row = {
            "application_id": application_id,
            "requested_on": moment.business_on,
            "recorded_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("review_request", pl.DataFrame([row]))
        facts = {"requested_on": moment.business_on}
        append_events(transaction, moment, "review_requested", [_happened(case, facts)])


def review_queue(
    store: Store,
    actor: Actor,
    product_codes: tuple[str, ...] = (),
    rows_from: int = 0,
    rows_max: int = PAGE_ROWS,
) -> pl.DataFrame:
    """One page of the applications that wait for a person, what borrowers asked for first, then the
    longest waiting; names masked. waits_for is `first` or `second`, outcome the policy's;
    review_reason, _words and _limit_fen, and reviewed_by are null before the first person."""
    require(actor, Permission.VIEW_APPLICATIONS)
    asked = Asked(Order("requested_on", descending=False), rows_from, rows_max)
    return listing.page(store, actor, _QUEUE, asked, _queued(product_codes))


def count_waiting(store: Store, actor: Actor, product_codes: tuple[str, ...] = ()) -> int:
    """How many applications wait for a person."""
    require(actor, Permission.VIEW_APPLICATIONS)
    return listing.count(store, _QUEUE, _queued(product_codes))


def _queued(product_codes: tuple[str, ...]) -> dict[str, list[str] | None]:
    return {"product_codes": list(product_codes) or None}


_QUEUE = Listing("review_queue", "application_id", ("requested_on",), masked_rows)


def _needs_two(case: dict[str, Any], limit_fen: int | None) -> bool:
    facts = {
        "kind": case["kind"],
        "outcome": case["outcome"],
        "limit_fen": limit_fen or case["limit_fen"],
    }
    return bool(pl.DataFrame([facts]).select(needs_two()).item())


def _check_reason(transaction: Transaction, case: dict[str, Any], review: Review) -> None:
    """Proven income is no answer to a rule on fraud."""
    is_answer = review.outcome == "decline" or review.reason == review_rules().fraud_reason
    if not is_answer and is_suspected(_policy(transaction, case), case["reasons"]):
        raise InvalidInput("review_links_unexplained")


def _chosen_limit(transaction: Transaction, case: dict[str, Any], review: Review) -> int | None:
    """The limit that a person sets in place of a policy that declined; None where the policy's own
    stands."""
    if review.outcome != "approve" or case["outcome"] != "decline":
        return None
    if is_binding(_policy(transaction, case), case["reasons"]):
        raise InvalidState("decline_is_binding")
    product = catalogue()[case["product_code"]]
    least, most = product.limit_min_fen, product.limit_max_fen
    if review.limit_fen is None or not least <= review.limit_fen <= most:
        raise InvalidInput("limit_outside_product", minimum=fen_text(least), maximum=fen_text(most))
    return review.limit_fen


def _open_line(
    transaction: Transaction, case: dict[str, Any], limit_fen: int | None, on: date
) -> None:
    """A line from the day of the last word on; limit and price as the policy had them, or the
    limit a person chose at the price of the band: nobody is asked more, or less, than others of the
    same score."""
    if limit_fen is not None:
        case = {**case, "limit_fen": limit_fen, "annual_rate": _band_price(transaction, case)}
    open_lines(transaction, pl.DataFrame([{**case, "opened_on": on}], infer_schema_length=1))


def _band_price(transaction: Transaction, case: dict[str, Any]) -> Decimal:
    bands = {band.name: band for band in _policy(transaction, case).band}
    return price(catalogue()[case["product_code"]], bands[case["band"]].rate_position_percent)


def _policy(transaction: Transaction, case: dict[str, Any]) -> Policy:
    """The policy that decided the application."""
    return document_of_version(transaction, case["policy_version"])


def _public(review: Review) -> dict[str, Any]:
    """What the ledger keeps: people write names into words, and the ledger is for ever, so it
    commits to them only."""
    return {
        "outcome": review.outcome,
        "reason": review.reason,
        "words_sha256": digest({"words": review.words.strip()}),
    }


def _happened(case: dict[str, Any], facts: dict[str, Any]) -> Happening:
    return "application", case["application_id"], facts
