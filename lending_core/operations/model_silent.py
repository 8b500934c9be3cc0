"""Challengers score beside the champion: what they say is kept, and decides nothing."""

from collections.abc import Callable
from datetime import datetime

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState
from lending_core.operations.console import book
from lending_core.operations.models import Model, model_row, read_model
from lending_core.scoring import challenger, compile
from lending_core.scoring.challenger import Challenger
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

# Applications scored, of how many.
Progress = Callable[[int, int], None]

# Of the past, in one transaction: a second or two, after which somebody may stop.
BATCH = 20_000


def score_silently(transaction: Transaction, applicants: pl.DataFrame) -> None:
    """Keeps what every challenger says of applicants who are being decided: application_id and the
    score features."""
    for row in transaction.read("model_challenger").rows(named=True):
        _keep(transaction, read_model(row["model_kind"], row["document"]), applicants)


def unscored(store: Store, actor: Actor, model_version: int) -> int:
    """How many past applications a model has not scored silently."""
    require(actor, Permission.VIEW_SCORES)
    return store.read("model_unscored", model_version=model_version).height


def score_past(
    store: Store,
    actor: Actor,
    model_version: int,
    *,
    at: datetime,
    progress: Progress | None = None,
) -> int:
    """A challenger scores the applications decided before it was appointed; returns how many.

    Each batch is a transaction of its own and `progress` may end the work by raising; starting
    again goes on from there. Raises `InvalidState` for a model that is no challenger.
    """
    require(actor, Permission.MANAGE_MODELS)
    _challenger(store, model_version)
    waiting = store.read("model_unscored", model_version=model_version)["application_id"].to_list()
    done = 0
    for first in range(0, len(waiting), BATCH):
        with store.transaction() as transaction:
            moment = Moment(actor, book(transaction).open_on, at)
            done += _score_batch(transaction, moment, model_version, waiting[first : first + BATCH])
        if progress:
            progress(min(first + BATCH, len(waiting)), len(waiting))
    return done


def _score_batch(
    transaction: Transaction, moment: Moment, model_version: int, application_ids: list[int]
) -> int:
    model = _challenger(transaction, model_version)
    known = transaction.read(
        "model_unscored_feature", model_version=model_version, application_ids=application_ids
    )
    if known.is_empty():
        return 0
    _keep(transaction, model, known)
    facts = {
        "applications": known.height,
        "first_application_id": known["application_id"].min(),
        "last_application_id": known["application_id"].max(),
    }
    append_events(transaction, moment, "past_scored", [("model", model_version, facts)])
    return known.height


def _challenger(reader: Store | Transaction, model_version: int) -> Model:
    row = model_row(reader, model_version)
    if row["model_status"] != "challenger":
        raise InvalidState("model_not_challenger", model_version=model_version)
    return read_model(row["model_kind"], row["document"])


def _keep(transaction: Transaction, model: Model, applicants: pl.DataFrame) -> None:
    assess = challenger.assess if isinstance(model, Challenger) else compile.assess
    said = assess(model, applicants)  # type: ignore[arg-type]
    columns = ("application_id", "model_version", "score", "default_probability")
    transaction.append("silent_assessment", said.select(columns))
