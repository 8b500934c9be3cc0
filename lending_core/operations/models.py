"""Scorecards: trained on the book's matured loans, saved as a new version."""

from dataclasses import replace

import polars as pl

from lending_core.ledger.chain import utc_naive
from lending_core.operations.outcomes import matured_outcomes, matured_until
from lending_core.scoring.document import content_hash, to_json
from lending_core.scoring.plan import Progress, house_plan
from lending_core.scoring.scorecard import Scorecard
from lending_core.scoring.train import train
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events


def save_scorecard(transaction: Transaction, moment: Moment, card: Scorecard, *, note: str) -> None:
    """Keeps a scorecard as the newest version; it scores from now on."""
    row = {
        "model_version": card.version,
        "document": to_json(card),
        "note": note,
        "author": moment.actor.user_name,
        "effective_on": moment.business_on,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("model_version", pl.DataFrame([row]))
    facts = {"version": card.version, "document_sha256": content_hash(card)}
    append_events(transaction, moment, "model_saved", [("model", card.version, facts)])


def matured_sample(reader: Store | Transaction, moment: Moment) -> pl.DataFrame:
    """Loans whose outcome window is over on the business date, with features and `is_bad`."""
    until = matured_until(moment.business_on)
    known = reader.read("training_feature", disbursed_until=until)
    outcomes = matured_outcomes(reader, moment.business_on)
    return known.join(outcomes, on="application_id", maintain_order="left")


def train_scorecard(
    transaction: Transaction,
    moment: Moment,
    sample: pl.DataFrame,
    progress: Progress | None = None,
) -> Scorecard:
    """A scorecard of the matured loans, saved as the next version.

    Raises `InvalidInput` when the sample has too few goods or bads.
    """
    version = transaction.next_id("model_version", "model_version")
    plan = replace(house_plan(), out_of_time_months=0)
    card = train(sample, plan, version=version, progress=progress).card
    save_scorecard(transaction, moment, card, note="trained_on_matured_loans")
    return card
