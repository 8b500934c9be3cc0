"""Bring your own data: a file and a mapping become a sample, models with their proof, and scores.

Nothing of the book is read or written, so nobody's permission is asked: who can read the file may
train on it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from lending_core.errors import InvalidInput
from lending_core.mapping import Expression
from lending_core.operations.own_data_report import report
from lending_core.scoring import challenger, compile, document, model_card
from lending_core.scoring.challenger import Challenger
from lending_core.scoring.challenger_training import train_challenger
from lending_core.scoring.cross_validation import (
    CrossValidation,
    challenger_method,
    cross_validate,
    fold_places,
    scorecard_method,
)
from lending_core.scoring.file_mapping import FileMapping, read_file_mapping
from lending_core.scoring.model_card import ModelCard
from lending_core.scoring.scorecard import Scorecard
from lending_core.scoring.train import train
from lending_core.store.files import file_columns, read_file

# Steps done, steps in all, and what is being done.
Progress = Callable[[int, int, str], None]
Model = Scorecard | Challenger

FOLDS = range(2, 21)
DOCUMENT_BYTES_MAX = 60_000_000
METHODS = {"scorecard": scorecard_method, "challenger": challenger_method}


@dataclass(frozen=True)
class OwnTraining:
    """A training on a file: rows are tested in `folds` parts, dealt out by `seed`."""

    path: Path
    mapping: FileMapping
    with_challenger: bool = False
    folds: int = 5
    seed: int = 1

    def __post_init__(self) -> None:
        if self.folds not in FOLDS:
            raise InvalidInput("training_folds", least=FOLDS[0], most=FOLDS[-1])

    @property
    def kinds(self) -> tuple[str, ...]:
        return ("scorecard", "challenger") if self.with_challenger else ("scorecard",)


def read_own_mapping(path: Path) -> FileMapping:
    """The mapping of a TOML file. Raises `InvalidInput`."""
    return read_file_mapping(_text(path))


def read_own_model(path: Path) -> Model:
    """The scorecard or the challenger of a JSON file. Raises `InvalidInput`."""
    text = _text(path)
    try:
        is_challenger = "booster_text" in json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput("scorecard_not_json") from None
    return challenger.from_json(text) if is_challenger else document.from_json(text)


def own_sample(path: Path, mapping: FileMapping) -> pl.DataFrame:
    """One row per row of the file: applied_on (where the mapping has it), the features, is_bad
    (null: grey). Raises `InvalidInput` where the file lacks what the mapping asks for."""
    rows = _read(path, mapping, {"is_bad": mapping.bad, "is_grey": mapping.grey})
    is_grey = pl.col("is_grey").fill_null(False) if mapping.grey else pl.lit(False)
    sample = rows.with_columns(is_bad=pl.when(~is_grey).then("is_bad"))
    return sample.drop("is_grey", strict=False)


def train_on_file(
    order: OwnTraining, progress: Progress | None = None
) -> tuple[str, tuple[tuple[Model, ModelCard], ...]]:
    """A table of how well each kind of model does on rows that it has not seen, and the models
    trained on all rows, each with its model card, the scorecard first. Raises `InvalidInput`."""
    sample, mapping = own_sample(order.path, order.mapping), order.mapping
    known = sample.filter(pl.col("is_bad").is_not_null()).drop("applied_on", strict=False)
    places = fold_places(known["is_bad"], order.folds, np.random.default_rng(order.seed))
    steps = len(order.kinds) * (order.folds + 1)
    tested: list[CrossValidation] = []
    models: list[tuple[Model, ModelCard]] = []
    for at, kind in enumerate(order.kinds):
        first = at * (order.folds + 1)

        def show(done: int, _: int, first: int = first, kind: str = kind) -> None:
            if progress:
                progress(first + done, steps, kind)

        method = METHODS[kind](mapping.plan, mapping.features)
        tested.append(cross_validate(known, method, kind, places, show))
        models.append(_trained(kind, sample, mapping))
        show(order.folds + 1, steps)
    return report(known, mapping, tested), tuple(models)


def write_models(models: tuple[tuple[Model, ModelCard], ...], path: Path) -> None:
    """The scorecard to `path`, a challenger beside it as `.challenger.json`, and the model card of
    either as `.model_card.json`."""
    for model, card in models:
        is_card = isinstance(model, Scorecard)
        place = path if is_card else path.with_suffix(".challenger.json")
        place.write_text(_written(model), "utf-8")
        place.with_suffix(".model_card.json").write_text(model_card.to_json(card), "utf-8")


def score_file(path: Path, mapping: FileMapping, model: Model) -> pl.DataFrame:
    """One row per row of the file: row_id (the mapping's, else numbered from 1), model_version,
    score, default_probability, and per feature the points: of a scorecard those it gives, of a
    challenger those it moves."""
    rows = _read(path, mapping, {"row_id": mapping.row_id})
    if mapping.row_id is None:
        rows = rows.with_row_index("row_id", offset=1)
    missing = [each.name for each in model.features if each.name not in rows.columns]
    if missing:
        raise InvalidInput("mapping_feature_missing", feature=missing[0])
    results = ["row_id", "model_version", "score", "default_probability"]
    if isinstance(model, Scorecard):
        points = rows.select(compile.points_expressions(model))
        return pl.concat([compile.assess(model, rows).select(results), points], how="horizontal")
    moved = challenger.contributions(model, rows).rename(compile.points_column)
    return pl.concat([challenger.assess(model, rows).select(results), moved], how="horizontal")


def _trained(kind: str, sample: pl.DataFrame, mapping: FileMapping) -> tuple[Model, ModelCard]:
    if kind == "challenger":
        grown = train_challenger(sample, mapping.plan, version=2, features=mapping.features)
        return grown.challenger, grown.model_card
    trained = train(sample, mapping.plan, version=1, features=mapping.features)
    return trained.card, trained.model_card


def _written(model: Model) -> str:
    return document.to_json(model) if isinstance(model, Scorecard) else challenger.to_json(model)


def _read(path: Path, mapping: FileMapping, others: dict[str, Expression | None]) -> pl.DataFrame:
    wanted = {name: each for name, each in others.items() if each}
    if mapping.applied_on:
        wanted["applied_on"] = mapping.applied_on
    wanted |= {
        each.name: expression
        for each, expression in zip(mapping.features, mapping.expressions, strict=True)
    }
    _check_columns(path, wanted)
    rows = read_file(path, {name: each.tree for name, each in wanted.items()})
    kinds = {each.name: _CLEAN[each.kind] for each in mapping.features} | _CLEAN_OTHERS
    try:
        return rows.with_columns(
            kinds[name](pl.col(name)) for name in rows.columns if name in kinds
        )
    except pl.exceptions.PolarsError as refusal:
        detail = str(refusal).splitlines()[0][:300]
        raise InvalidInput("file_unreadable", path=path.name, detail=detail) from None


def _check_columns(path: Path, wanted: dict[str, Expression]) -> None:
    known = {column.lower() for column in file_columns(path)}
    for name, expression in wanted.items():
        for column in expression.columns:
            if column.lower() not in known:
                raise InvalidInput("file_column_unknown", where=name, column=column, path=path.name)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > DOCUMENT_BYTES_MAX:
            raise InvalidInput("document_unreadable", path=path.name)
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("document_unreadable", path=path.name) from None


def _finite(column: pl.Expr) -> pl.Expr:
    """A division by zero is not known, rather than larger than everything."""
    number = column.cast(pl.Float64)
    return pl.when(number.is_finite()).then(number)


_CLEAN: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "number": _finite,
    "category": lambda column: column.cast(pl.String),
}
_CLEAN_OTHERS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "is_bad": lambda column: column.cast(pl.Boolean),
    "is_grey": lambda column: column.cast(pl.Boolean),
    "applied_on": lambda column: column.cast(pl.Date),
}
