"""What the screen of scores reads: every application as any one model scores it, with what was
decided and what became of the loan; what a fairness audit reads, for those who may."""

import functools
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from sqlglot import exp

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations import outcomes
from lending_core.operations.console import book
from lending_core.operations.models import Model, model_row, read_model
from lending_core.scoring import challenger, compile, model_card
from lending_core.scoring.challenger import Challenger
from lending_core.scoring.performance import Metrics
from lending_core.scoring.scorecard import Scorecard
from lending_core.scoring.stability import bin_numbers, tenths_card
from lending_core.store.engine import Store
from lending_core.store.query_files import query_text

_ASKED = ("application_id", "applied_on", "product_code", "scenario", "channel", "kind")
_ANSWERED = (
    "decided_by_version",
    "outcome",
    "is_funded",
    "is_bad",
    "is_own",
    "score",
    "default_probability",
)


@dataclass(frozen=True)
class Training:
    """What a model was built on: the first and last day of its applications, and how it did there;
    None where it was not trained."""

    first_on: date | None
    last_on: date | None
    metrics: Metrics | None


@dataclass(frozen=True, eq=False)
class Bins:
    """Per application (application_id, applied_on, is_own) the place of each feature's bin, and the
    card whose bins they are: the scorecard itself; of a challenger, tenths of its inputs."""

    card: Scorecard
    places: pl.DataFrame


def matured_until(store: Store, actor: Actor) -> date:
    """Loans paid out up to this day have had the whole time in which they may count as bad."""
    require(actor, Permission.VIEW_SCORES)
    return outcomes.matured_until(book(store).business_on)


def training(store: Store, actor: Actor, model_version: int) -> Training:
    """What the model was built on. Raises `NotFound`."""
    require(actor, Permission.VIEW_SCORES)
    return _training(model_row(store, model_version))


def scored_applications(store: Store, actor: Actor, model_version: int) -> pl.DataFrame:
    """One row per application of the book as the model scores it, by number; where the model
    itself decided, this is the score that it was decided with.

    Columns: application_id, applied_on, product_code, scenario, channel, kind (of borrower),
    decided_by_version, outcome, is_funded (a loan came of it), is_bad (null: no loan, or not known
    yet), is_own (the model decided it; of a model that has decided nobody: it came after those the
    model was trained on), score, default_probability. Raises `NotFound`.
    """
    require(actor, Permission.VIEW_SCORES)
    row = model_row(store, model_version)
    scored = _own(_scored(store, _model(row)), model_version, _training(row))
    matured = outcomes.matured_outcomes(store, book(store).business_on)
    return scored.join(matured, on="application_id", how="left", maintain_order="left").select(
        *_ASKED, *_ANSWERED
    )


def feature_bins(store: Store, actor: Actor, model_version: int) -> Bins:
    """The bins of every application of the book, by number. Raises `NotFound`."""
    require(actor, Permission.VIEW_SCORES)
    row = model_row(store, model_version)
    known = _known(store)
    own = _own(known, model_version, _training(row))
    model = _model(row)
    card = model if isinstance(model, Scorecard) else _tenths(model, known, _training(row))
    places = own.select("application_id", "applied_on", "is_own").hstack(bin_numbers(card, known))
    return Bins(card, places)


def audited_applications(store: Store, actor: Actor, model_version: int) -> pl.DataFrame:
    """`scored_applications` that are the model's own, with what only an audit may look at: sex
    (null where the ID number does not say, or its owner was erased), age_years, region_group (first
    digit of the region's code). The numbers themselves go no further than this."""
    require(actor, Permission.AUDIT_FAIRNESS)
    scored = scored_applications(store, actor, model_version).filter("is_own")
    kept = store.read("audit_group")
    # Who applies again is opened once.
    tokens = kept.select("id_number").unique()
    sexes = tokens.with_columns(sex=_sex_of(store.opened(tokens)["id_number"]))
    groups = kept.join(sexes, on="id_number", maintain_order="left").drop("id_number")
    return scored.join(groups, on="application_id", maintain_order="left")


def _sex_of(numbers: pl.Series) -> pl.Series:
    """The 17th digit of an ID number is odd for men (GB 11643)."""
    remainder = numbers.str.slice(16, 1).cast(pl.Int32, strict=False) % 2
    return remainder.replace_strict({1: "male", 0: "female"}, return_dtype=pl.String, default=None)


def _model(row: dict[str, Any]) -> Model:
    return read_model(row["model_kind"], row["document"])


def _training(row: dict[str, Any]) -> Training:
    model = _model(row)
    if isinstance(model, Scorecard):
        built = model.development
        return Training(
            built.trained_from if built else None,
            built.trained_to if built else None,
            built.metrics if built else None,
        )
    if row["model_card"] is None:
        return Training(None, None, None)
    quality = model_card.from_json(row["model_card"]).development
    return Training(quality.first_on, quality.last_on, quality.metrics)


def _scored(store: Store, model: Model) -> pl.DataFrame:
    """A card scores applications where they are, and only its answers come; trees score here."""
    if isinstance(model, Scorecard):
        return store.reports.read_sql(scored_sql(model))
    return challenger.assess(model, _known(store))


@functools.lru_cache(maxsize=8)
def scored_sql(card: Scorecard) -> str:
    """A statement that scores every application of the book by a card, in order of their numbers.

    Columns: those of `scored_applications` but is_own and is_bad.
    """
    columns = [name for name in (*_ASKED, *_ANSWERED) if name not in ("is_own", "is_bad")]
    scored = compile.score_query(card, "known").subquery("scored")
    query = exp.select(*columns).from_(scored).order_by("application_id")
    return query.with_("known", as_=query_text("scored_feature"), dialect="duckdb").sql("duckdb")


def _known(store: Store) -> pl.DataFrame:
    return store.reports.read("scored_feature").sort("application_id")


def _own(applicants: pl.DataFrame, model_version: int, built: Training) -> pl.DataFrame:
    is_own = pl.col("decided_by_version") == model_version
    if not applicants["decided_by_version"].eq(model_version).any():
        is_own = pl.lit(True) if built.last_on is None else pl.col("applied_on") > built.last_on
    return applicants.with_columns(is_own=is_own)


def _tenths(model: Challenger, known: pl.DataFrame, built: Training) -> Scorecard:
    """Bins to watch the inputs of a challenger by: tenths of those it was trained on."""
    time = pl.col("applied_on").is_between(built.first_on, built.last_on)
    seen = known if built.first_on is None else known.filter(time)
    inputs = {each.name: each.values for each in model.features}
    return tenths_card(model.version, model.scale, inputs, seen)
