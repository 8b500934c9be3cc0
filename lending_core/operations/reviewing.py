"""What people decide of an application after the policy asked for one."""

from dataclasses import asdict, dataclass
from datetime import datetime

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.cases import known_case
from lending_core.operations.console import book
from lending_core.operations.deciding import open_lines
from lending_core.store.engine import Store
from lending_core.store.events import Moment, append_events


@dataclass(frozen=True)
class Review:
    """What a person decided of a referred application, and why."""

    application_id: int
    outcome: str
    reason: str

    def __post_init__(self) -> None:
        if self.outcome not in ("approve", "decline"):
            raise ValueError(f"a review approves or declines, not {self.outcome!r}")


def review_application(store: Store, actor: Actor, review: Review, *, at: datetime) -> None:
    """A person decides what the policy referred.

    Raises `InvalidState` when the application does not wait for a person.
    """
    require(actor, Permission.REVIEW_APPLICATION)
    if not review.reason.strip():
        raise InvalidInput("reason_missing")
    with store.transaction() as transaction:
        case = known_case(transaction, review.application_id)
        if case["outcome"] != "review" or case["review_outcome"] is not None:
            raise InvalidState("not_waiting_for_review", application_id=review.application_id)
        moment = Moment(actor, book(transaction).open_on, at)
        row = {**asdict(review), "reviewed_by": actor.user_name, "reviewed_at": utc_naive(at)}
        transaction.append("review", pl.DataFrame([row]))
        if review.outcome == "approve":
            open_lines(transaction, pl.DataFrame([case]))
        # People write names into reasons, and the ledger is for ever: it commits to the words only.
        facts = {"outcome": review.outcome, "reason_sha256": digest({"reason": review.reason})}
        append_events(
            transaction,
            moment,
            "application_reviewed",
            [("application", review.application_id, facts)],
        )
