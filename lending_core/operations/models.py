"""The register of models: what was built, from what, where each stands, and who uses it.

A model is saved once, as its next version, and never changed. Its document and its model card are
committed to the ledger by their hashes, so that every assessment leads to the very text that made
it and to the data that text came from.
"""

import functools
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, NotFound
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.personal import of_the_house
from lending_core.scoring import challenger, document, model_card
from lending_core.scoring.challenger import Challenger
from lending_core.scoring.features import may_score, register
from lending_core.scoring.life_cycle import CHALLENGER, SCORECARD, Standing
from lending_core.scoring.model_card import ModelCard, text_hash
from lending_core.scoring.scorecard import Scorecard
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

Model = Scorecard | Challenger


@dataclass(frozen=True)
class Trace:
    """What the ledger recorded of a model when it was saved, beside what the register holds now.

    `is_unchanged` is None for a model that was saved before its hash was recorded.
    """

    event_id: int | None
    recorded_at: datetime | None
    recorded_sha256: str | None
    document_sha256: str
    model_card_sha256: str | None

    @property
    def is_unchanged(self) -> bool | None:
        return (
            None if self.recorded_sha256 is None else self.recorded_sha256 == self.document_sha256
        )


def models(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per version, newest first: model_version, model_kind, model_status (since status_on,
    by changed_by), note, author, effective_on (when it was built), model_card (JSON or null), and
    its use: applications decided (first_on to last_on), silent_applications."""
    require(actor, Permission.VIEW_SCORES)
    versions = of_the_house(store, actor, store.read("model_versions").drop("document"))
    used = store.read("model_use")
    joined = versions.join(used, on="model_version", how="left", maintain_order="left")
    return joined.with_columns(pl.col("applications", "silent_applications").fill_null(0))


def life_of_model(store: Store, actor: Actor, model_version: int) -> pl.DataFrame:
    """One row per step of a model, oldest first: status, reason, changed_by, effective_on."""
    require(actor, Permission.VIEW_SCORES)
    return of_the_house(store, actor, store.read("model_step", model_version=model_version))


def model_of_version(store: Store, actor: Actor, model_version: int) -> Model:
    """The model of one version. Raises `NotFound`."""
    require(actor, Permission.VIEW_SCORES)
    row = model_row(store, model_version)
    return read_model(row["model_kind"], row["document"])


def trace_of_model(store: Store, actor: Actor, model_version: int) -> Trace:
    """Whether a model is still what the ledger saw saved. Raises `NotFound`."""
    require(actor, Permission.VIEW_SCORES)
    row = model_row(store, model_version)
    saved = store.read("model_saved_event", model_version=model_version).rows(named=True)
    event = saved[0] if saved else {}
    recorded = json.loads(event["payload"]) if event else {}
    return Trace(
        event_id=event.get("event_id"),
        recorded_at=event.get("recorded_at"),
        recorded_sha256=recorded.get("document_sha256"),
        document_sha256=text_hash(row["document"]),
        model_card_sha256=recorded.get("model_card_sha256"),
    )


def model_row(reader: Store | Transaction, model_version: int) -> dict[str, Any]:
    """The row of one version in `model_versions`. Raises `NotFound`."""
    rows = reader.read("model_versions").filter(pl.col("model_version") == model_version)
    if rows.is_empty():
        raise NotFound("model_unknown", model_version=model_version)
    return rows.row(0, named=True)


def standing(row: dict[str, Any]) -> Standing:
    """Where the model of a row of `model_versions` stands."""
    return Standing(row["model_version"], row["model_kind"], row["author"], row["model_status"])


@functools.lru_cache(maxsize=16)
def read_model(model_kind: str, text: str) -> Model:
    """The model of a document, kept: reading a large one takes longer than scoring an applicant.

    Raises `InvalidInput` naming the place that is wrong.
    """
    return challenger.from_json(text) if model_kind == CHALLENGER else document.from_json(text)


def model_text(model: Model) -> str:
    """The one text of a model, JSON."""
    if isinstance(model, Challenger):
        return challenger.to_json(model)
    return document.to_json(model)


def save_model(
    transaction: Transaction,
    moment: Moment,
    model: Model,
    *,
    note: str,
    about: ModelCard | None = None,
) -> int:
    """Keeps a model and its model card as the next version, in development; returns its number.

    Raises `InvalidInput` for a model that asks for what the book does not know of applicants.
    """
    _check_features(model)
    version = transaction.next_id("model_version", "model_version")
    text = model_text(replace(model, version=version))
    card_text = _card_text(about, version, text)
    row = {
        "model_version": version,
        "kind": SCORECARD if isinstance(model, Scorecard) else CHALLENGER,
        "document": text,
        "model_card": card_text,
        "note": note,
        "author": moment.actor.user_name,
        "effective_on": moment.business_on,
        "recorded_at": utc_naive(moment.at),
    }
    rows = pl.DataFrame([row], schema_overrides={"model_card": pl.String})
    transaction.append("model_version", rows)
    facts = {
        "version": version,
        "kind": row["kind"],
        "document_sha256": text_hash(text),
        "model_card_sha256": text_hash(card_text) if card_text else None,
    }
    append_events(transaction, moment, "model_saved", [("model", version, facts)])
    add_step(transaction, moment, version, "development", note)
    return version


def add_step(
    transaction: Transaction, moment: Moment, model_version: int, status: str, reason: str
) -> None:
    """Writes a step in the life of a model; whether it may be taken was asked before."""
    row = {
        "model_version": model_version,
        "status": status,
        "reason": reason,
        "changed_by": moment.actor.user_name,
        "effective_on": moment.business_on,
        "recorded_at": utc_naive(moment.at),
        "position": transaction.next_id("model_status", "position"),
    }
    transaction.append("model_status", pl.DataFrame([row]))
    # The ledger is for ever and people write names into reasons: it commits to the words only.
    facts = {"status": status, "reason_sha256": digest({"reason": reason})}
    append_events(transaction, moment, "model_status_set", [("model", model_version, facts)])


def _check_features(model: Model) -> None:
    for feature in model.features:
        if feature.name not in register() or not may_score(feature.name):
            raise InvalidInput("model_feature_unknown", feature=feature.name)


def _card_text(about: ModelCard | None, version: int, text: str) -> str | None:
    """The model card under the number that the model got."""
    if about is None:
        return None
    return model_card.to_json(replace(about, version=version, document_sha256=text_hash(text)))
