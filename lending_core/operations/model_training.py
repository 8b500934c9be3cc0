"""Models built from the book: its loans whose time to turn bad is over, and those it declined."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput
from lending_core.operations.console import book
from lending_core.operations.models import Model, model_row, save_model
from lending_core.operations.outcomes import matured_until
from lending_core.scoring import model_card
from lending_core.scoring.challenger_training import train_challenger
from lending_core.scoring.life_cycle import CHALLENGER
from lending_core.scoring.model_card import ModelCard
from lending_core.scoring.plan import Candidate, Progress, TrainingPlan
from lending_core.scoring.sampling import split
from lending_core.scoring.standards import Target
from lending_core.scoring.train import train
from lending_core.store.engine import Store
from lending_core.store.events import Moment

# The number of a model that is not kept yet; it gets its own when it is.
_UNNUMBERED = 0


@dataclass(frozen=True)
class TrainingOrder:
    """What to build: a `scorecard` or a `challenger`, and by which plan."""

    kind: str
    plan: TrainingPlan


def training_sample(
    store: Store, actor: Actor, target: Target, on: date | None = None
) -> pl.DataFrame:
    """Applications whose first loan has had the whole window of `target` to turn bad, at the end of
    the newest closed day or of `on`: columns of `application_feature`, applied_on,
    worst_days_past_due and is_bad (null: neither good nor bad)."""
    require(actor, Permission.VIEW_SCORES)
    closed_on = on or book(store).business_on
    sample = store.read(
        "model_sample",
        window_months=target.window_months,
        disbursed_until=matured_until(closed_on, target.window_months),
    )
    return sample.with_columns(is_bad=_is_bad(target))


def rejected_sample(store: Store, actor: Actor, target: Target) -> pl.DataFrame:
    """Applications declined in the time of `training_sample`, for reject inference: columns of
    `application_feature`, applied_on."""
    require(actor, Permission.VIEW_SCORES)
    until = matured_until(book(store).business_on, target.window_months)
    return store.read("model_reject", applied_until=until)


def data_is_as_it_was(store: Store, actor: Actor, model_version: int) -> bool | None:
    """Whether the book still gives, to the last digit, the data that a model was trained on; None
    for a model without a model card. Corrections booked since make a difference.

    Raises `NotFound`.
    """
    require(actor, Permission.VIEW_SCORES)
    row = model_row(store, model_version)
    if row["model_card"] is None:
        return None
    card = model_card.from_json(row["model_card"])
    if card.plan.target is None:
        return None
    # A model is dated to the open day; what it learnt from ended the day before.
    trained_on = row["effective_on"] - timedelta(days=1)
    sample = training_sample(store, actor, card.plan.target, trained_on)
    names = [used.name for used in card.features] + [left_out.name for left_out in card.dropped]
    again = split(sample, card.plan, [Candidate(name) for name in names])
    declined = None
    if card.reject_inference is not None:
        declined = again.rejects(rejected_sample(store, actor, card.plan.target))
    return again.learnt_sha256(declined) == card.data_sha256


def train_model(
    store: Store,
    actor: Actor,
    order: TrainingOrder,
    *,
    at: datetime,
    progress: Progress | None = None,
) -> int:
    """Builds a model from the book and keeps it, in development; returns its version.

    Nothing is locked while it trains, and `progress` may end the work by raising: nothing is kept
    then. Raises `InvalidInput` where the sample has too few goods or bads.
    """
    require(actor, Permission.TRAIN_MODEL)
    model, about = _trained(store, actor, order, progress)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        return save_model(transaction, moment, model, note="trained_on_matured_loans", about=about)


def _trained(
    store: Store, actor: Actor, order: TrainingOrder, progress: Progress | None
) -> tuple[Model, ModelCard]:
    target = order.plan.target
    if target is None:
        raise InvalidInput("training_target_broken")
    sample = training_sample(store, actor, target)
    if order.kind == CHALLENGER:
        grown = train_challenger(sample, order.plan, version=_UNNUMBERED, progress=progress)
        return grown.challenger, grown.model_card
    trained = train(
        sample,
        order.plan,
        version=_UNNUMBERED,
        rejects=rejected_sample(store, actor, target),
        progress=progress,
    )
    return trained.card, trained.model_card


def _is_bad(target: Target) -> pl.Expr:
    worst = pl.col("worst_days_past_due")
    grey_from = target.days_past_due if target.grey_from_days is None else target.grey_from_days
    return (
        pl.when(worst >= target.days_past_due)
        .then(pl.lit(True))
        .when(worst < grey_from)
        .then(pl.lit(False))
        .otherwise(None)
    )
