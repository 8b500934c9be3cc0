"""Matchings as they were asked and answered: kept when loans are placed, read again to explain."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from lending_core.funding.answer import LEFT, LIMITS, SHARES, Matching
from lending_core.funding.batch import Batch
from lending_core.funding.limits import BOOK_LIMITS
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.funding_batches import Standing, agreements_text, rules_text
from lending_core.store.engine import Transaction
from lending_core.store.events import Happening, Moment, append_entries

# A payout asks at once, what waits is asked again at the close of a day or by hand.
Occasion = Literal["payout", "waiting", "by_hand"]
SUBJECT = "matching"


@dataclass
class Runs:
    """Matchings of one transaction in the order asked, written together at the end."""

    transaction: Transaction
    moment: Moment
    occasion: Occasion
    rows: list[dict[str, Any]] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
    limits: list[pl.DataFrame] = field(default_factory=list)
    entries: list[tuple[Moment, Happening]] = field(default_factory=list)
    _next_id: int | None = None

    def add(self, batch: Batch, standing: Standing, matched: Matching) -> int:
        """Takes a question and its answer; returns the number of the run."""
        if self._next_id is None:
            self._next_id = self.transaction.next_id("funding_run", "run_id")
        run_id = self._next_id + len(self.rows)
        row = _run_row(batch, matched) | {
            "run_id": run_id,
            "occasion": self.occasion,
            "run_by": self.moment.actor.user_name,
            "recorded_at": utc_naive(self.moment.at),
        }
        self.rows.append(row)
        self.offers += [offer | {"run_id": run_id} for offer in _offer_rows(batch, standing)]
        told = matched.limits.with_columns(run_id=pl.lit(run_id, pl.Int64))
        self.limits.append(told.select("run_id", *LIMITS))
        facts = {name: row[name] for name in ("occasion", "loans", "left_loans", "content_hash")}
        day = Moment(self.moment.actor, batch.business_on, self.moment.at)
        self.entries.append((day, (SUBJECT, run_id, facts)))
        return run_id

    def save(self) -> None:
        """Writes what was taken."""
        if not self.rows:
            return
        self.transaction.append("funding_run", pl.DataFrame(self.rows))
        self.transaction.append("funding_offer", pl.DataFrame(self.offers))
        self.transaction.append("funding_limit", pl.concat(self.limits))
        append_entries(self.transaction, "loans_matched", self.entries)


def content_hash(batch: Batch, matched: Matching, *, has_agreements: bool = True) -> str:
    """SHA-256 over what was asked and what was answered, as hex; loans go by what they are, not by
    their numbers, which those that wait do not have yet. `has_agreements`: a matching from before
    they had versions was hashed without."""
    offers = [
        (each.funder.funder_code, each.outstanding_fen, each.lent_today_fen, dict(each.joint_fen))
        for each in batch.offers
    ]
    facts = {
        "on": batch.business_on,
        "objective": batch.objective,
        "rules": rules_text(batch.rules),
        "offers": offers,
        "loans": _answers(batch, matched),
    }
    parts = matched.limits.filter(pl.col("limit").is_in(BOOK_LIMITS))
    if not parts.is_empty():
        facts["parts"] = parts.select("limit", "other_code", "room_fen").rows()
    if has_agreements:
        facts["agreements"] = agreements_text(batch.agreements)
    return digest(facts)


def _answers(batch: Batch, matched: Matching) -> list[list[str]]:
    """Each loan with what became of it, in an order of their own."""
    # Rows, not frames: a day of a small book has a dozen, and there are hundreds of days.
    became: dict[int, list[str]] = defaultdict(list)
    for loan_id, *share, _ in matched.shares.select(*SHARES).rows():
        became[loan_id].append(str(share))
    for loan_id, *why in matched.left.select(*LEFT).rows():
        became[loan_id].append(str(why))
    names = [name for name in batch.loans.columns if name != "loan_id"]
    rows = batch.loans.select("loan_id", *names).rows()
    return sorted([*map(str, row), *sorted(became[loan_id])] for loan_id, *row in rows)


def _run_row(batch: Batch, matched: Matching) -> dict[str, Any]:
    return {
        "business_on": batch.business_on,
        "objective": batch.objective,
        "rules": rules_text(batch.rules),
        "agreements": agreements_text(batch.agreements),
        "status": matched.status,
        "loans": batch.loans.height,
        "funded_fen": matched.funded_fen,
        "left_loans": matched.left.height,
        "left_fen": matched.left_fen,
        "cost_fen": matched.cost_fen,
        "interest_fen": matched.interest_fen,
        "value": matched.value,
        "value_max": matched.value_max,
        "content_hash": content_hash(batch, matched),
    }


def _offer_rows(batch: Batch, standing: Standing) -> list[dict[str, Any]]:
    return [
        {
            "funder_code": offer.funder.funder_code,
            "version_id": standing.versions[offer.funder.funder_code],
            "outstanding_fen": offer.outstanding_fen,
            "lent_today_fen": offer.lent_today_fen,
            "guarantee_used_fen": offer.guarantee_used_fen,
            "joint": json.dumps(dict(offer.joint_fen), sort_keys=True),
        }
        for offer in batch.offers
    ]
