"""Models out of the house and into it: JSON that reads back as it was, SQL, LightGBM's text."""

import json
from datetime import datetime

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput
from lending_core.operations.console import book
from lending_core.operations.models import (
    Model,
    model_row,
    read_model,
    save_model,
)
from lending_core.scoring.challenger import Challenger
from lending_core.scoring.compile import score_query
from lending_core.scoring.life_cycle import CHALLENGER, SCORECARD
from lending_core.store.engine import Store
from lending_core.store.events import Moment

# Characters of a file taken in.
TEXT_LENGTH_MAX = 20_000_000
# What another engine calls the table of applicants.
_SOURCE = "application_feature"
_DIALECTS = ("duckdb", "spark")


def exported(store: Store, actor: Actor, model_version: int) -> dict[str, str]:
    """Form -> text in which a model leaves the house: `json` of any, `card` where it has a model
    card, `duckdb` and `spark` (SQL over `application_feature`) of a scorecard, `lightgbm` of a
    challenger. Raises `NotFound`."""
    require(actor, Permission.VIEW_SCORES)
    row = model_row(store, model_version)
    model = read_model(row["model_kind"], row["document"])
    texts = {"json": row["document"]}
    if row["model_card"] is not None:
        texts["card"] = row["model_card"]
    if isinstance(model, Challenger):
        return {**texts, "lightgbm": model.booster_text}
    query = score_query(model, _SOURCE)
    return {**texts, **{dialect: query.sql(dialect, pretty=True) for dialect in _DIALECTS}}


def import_model(store: Store, actor: Actor, content: bytes, *, at: datetime) -> int:
    """Keeps the model of a JSON file as the next version, in development; returns its version.

    Whoever takes it in counts as its author. Raises `InvalidInput` for anything but a model whose
    features the book knows.
    """
    require(actor, Permission.TRAIN_MODEL)
    model = _read(content)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        return save_model(transaction, moment, model, note="imported")


def _read(content: bytes) -> Model:
    if len(content) > TEXT_LENGTH_MAX:
        raise InvalidInput("model_file_too_large", maximum=TEXT_LENGTH_MAX // 1_000_000)
    try:
        text = content.decode()
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput("scorecard_not_json") from None
    is_challenger = isinstance(fields, dict) and "booster_text" in fields
    return read_model(CHALLENGER if is_challenger else SCORECARD, text)
