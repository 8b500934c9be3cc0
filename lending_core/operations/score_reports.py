"""What the screen of scores reads: every application as any one model scores it, with what was
decided and what became of the loan; what a fairness audit reads, for those who may."""

from datetime import date

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.operations import outcomes
from lending_core.operations.console import book
from lending_core.scoring.compile import assess
from lending_core.scoring.document import from_json
from lending_core.scoring.stability import bin_numbers
from lending_core.store.engine import Store

_ASKED = ("application_id", "applied_on", "product_code", "scenario", "channel", "kind")
_ANSWERED = ("outcome", "is_funded", "is_bad", "is_own", "score", "default_probability")


def matured_until(store: Store, actor: Actor) -> date:
    """Loans paid out up to this day have had the whole time in which they may count as bad."""
    require(actor, Permission.VIEW_SCORES)
    return outcomes.matured_until(book(store).business_on)


def scored_applications(store: Store, actor: Actor, model_version: int) -> pl.DataFrame:
    """One row per application of the book as the model scores it, by number; where the model
    itself decided (`is_own`), this is the score that it was decided with.

    Columns: application_id, applied_on, product_code, scenario, channel, kind (of borrower),
    outcome, is_funded (a loan came of it), is_bad (null: no loan, or not known yet), is_own,
    score, default_probability. Raises `NotFound`.
    """
    require(actor, Permission.VIEW_SCORES)
    known = store.read("scored_feature")
    scored = _scored(store, model_version, known)
    matured = outcomes.matured_outcomes(store, book(store).business_on)
    return (
        scored.with_columns(is_own=pl.col("decided_by_version") == model_version)
        .join(matured, on="application_id", how="left", maintain_order="left")
        .select(*_ASKED, *_ANSWERED)
    )


def feature_bins(store: Store, actor: Actor, model_version: int) -> pl.DataFrame:
    """One row per application of the book, by number: application_id, applied_on, is_own, and the
    number of the bin that each feature of the scorecard falls in. Raises `NotFound`."""
    require(actor, Permission.VIEW_SCORES)
    known = store.read("scored_feature")
    card = from_json(_document(store, model_version)["document"])
    return known.select(
        "application_id",
        "applied_on",
        is_own=pl.col("decided_by_version") == model_version,
    ).hstack(bin_numbers(card, known))


def audited_applications(store: Store, actor: Actor, model_version: int) -> pl.DataFrame:
    """`scored_applications` that the model itself decided, with what only an audit may look at:
    sex (null where the ID number does not say), age_years, region_group (first digit of the
    region's code). The numbers themselves are not read."""
    require(actor, Permission.AUDIT_FAIRNESS)
    scored = scored_applications(store, actor, model_version).filter(pl.col("is_own"))
    groups = store.read("audit_group")
    return scored.join(groups, on="application_id", maintain_order="left")


def _scored(store: Store, model_version: int, applicants: pl.DataFrame) -> pl.DataFrame:
    return assess(from_json(_document(store, model_version)["document"]), applicants)


def _document(store: Store, model_version: int) -> dict[str, str]:
    """Kind and text of a model. Raises `NotFound`."""
    found = store.read("model_document", model_version=model_version).rows(named=True)
    if not found:
        raise NotFound("model_unknown", model_version=model_version)
    return found[0]
