"""What screens read: one function per question, each asking for its permission first."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.operations import listing
from lending_core.operations.console import book
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.operations.personal import masked, of_the_house
from lending_core.scoring.document import from_json
from lending_core.scoring.scorecard import Scorecard
from lending_core.store.engine import Store

# What a list of applications may be sorted by.
APPLICATION_ORDERS = ("application_id", "amount_asked_fen", "score", "limit_fen", "annual_rate")
NEWEST_APPLICATIONS = Asked(Order("application_id"))


@dataclass(frozen=True)
class BookFilter:
    """What part of the book: empty means all."""

    product_codes: tuple[str, ...] = ()
    region_codes: tuple[str, ...] = ()
    funder_codes: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    def parameters(self) -> dict[str, list[str] | None]:
        """The parameters of every query over a part of the book, by name; null: all."""
        return {
            part.name: list(getattr(self, part.name)) or None for part in dataclasses.fields(self)
        }


@dataclass(frozen=True)
class ApplicationFilter:
    """Which applications: empty or None means all; score from (included) to (not included)."""

    product_codes: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    from_on: date | None = None
    to_on: date | None = None
    score_from: int | None = None
    score_to: int | None = None
    application_id: int | None = None

    def parameters(self) -> dict[str, Any]:
        """The parameters of `application_list.sql`; null: all."""
        codes = {
            "product_codes": list(self.product_codes) or None,
            "outcomes": list(self.outcomes) or None,
        }
        return {part.name: getattr(self, part.name) for part in dataclasses.fields(self)} | codes


def month_figures(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per month end, and the newest closed day of a month that is not over: applied,
    approved, waiting, accepted, funded, lent_fen, paid_fen, principal_fen. What happened on the
    open day counts once it is closed."""
    require(actor, Permission.VIEW_BOOK)
    return store.reports.read("month_figures", business_on=book(store).business_on)


def bucket_by_month(store: Store, actor: Actor, chosen: BookFilter) -> pl.DataFrame:
    """One row per month end (or newest closed day) and stage: loans, principal_fen, overdue_fen."""
    require(actor, Permission.VIEW_BOOK)
    return store.reports.read("bucket_by_month", **chosen.parameters())


def applications(
    store: Store, actor: Actor, chosen: ApplicationFilter, asked: Asked = NEWEST_APPLICATIONS
) -> pl.DataFrame:
    """One page of the applications of a filter, with what became of them: the newest first unless
    another order of `APPLICATION_ORDERS` is asked for; names masked."""
    require(actor, Permission.VIEW_APPLICATIONS)
    return listing.page(store, actor, _APPLICATIONS, asked, chosen.parameters())


def count_applications(store: Store, actor: Actor, chosen: ApplicationFilter) -> int:
    """How many applications the filter leaves."""
    require(actor, Permission.VIEW_APPLICATIONS)
    return listing.count(store, _APPLICATIONS, chosen.parameters())


def all_applications(
    store: Store, actor: Actor, chosen: ApplicationFilter, order: Order
) -> Iterator[pl.DataFrame]:
    """All applications of a filter in frames, for a file: the columns of `applications`."""
    require(actor, Permission.VIEW_APPLICATIONS)
    return listing.frames(store, actor, _APPLICATIONS, order, chosen.parameters())


def application_funnel(
    store: Store, actor: Actor, chosen: ApplicationFilter, period: str
) -> pl.DataFrame:
    """One row per `day` or `month` of application, oldest first: period_on (a month's last day),
    applied, approved, waiting, accepted, funded. Outcome, score and number do not filter here:
    a funnel of the approved alone would say nothing."""
    require(actor, Permission.VIEW_APPLICATIONS)
    return store.read(
        "application_funnel",
        is_by_month=period == "month",
        product_codes=list(chosen.product_codes) or None,
        from_on=chosen.from_on,
        to_on=chosen.to_on,
    )


def application_case(store: Store, actor: Actor, application_id: int) -> dict[str, Any]:
    """One application with decision, review, line and loan. Raises `NotFound`."""
    require(actor, Permission.VIEW_APPLICATIONS)
    return _one(
        masked(store, actor, store.read("application_case", application_id=application_id)),
        "application_unknown",
        application_id=application_id,
    )


def application_features(store: Store, actor: Actor, application_id: int) -> pl.DataFrame:
    """One row: what was known on the day, model_version, score, points. Raises `NotFound`."""
    require(actor, Permission.VIEW_SCORES)
    features = store.read("application_features", application_id=application_id)
    if features.is_empty():
        raise NotFound("application_unknown", application_id=application_id)
    return features


def model_versions(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per scorecard version, newest first, with its JSON document."""
    require(actor, Permission.VIEW_SCORES)
    return of_the_house(store, actor, store.read("model_versions"))


def scorecard(store: Store, actor: Actor, model_version: int) -> Scorecard:
    """The scorecard of one version. Raises `NotFound`."""
    versions = model_versions(store, actor).filter(pl.col("model_version") == model_version)
    found = _one(versions, "model_unknown", model_version=model_version)
    return from_json(found["document"])


def funder_room(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per funder: quota_fen, outstanding_fen, room_fen."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("funder_room")


def loan_page(store: Store, actor: Actor, loan_id: int) -> dict[str, Any]:
    """One loan with its borrower (masked by role), funder and newest state. Raises `NotFound`."""
    require(actor, Permission.VIEW_BOOK)
    found = store.read("loan_page", loan_id=loan_id, business_on=book(store).business_on)
    return _one(masked(store, actor, found), "loan_unknown", loan_id=loan_id)


def months_of_loan(store: Store, actor: Actor, loan_id: int) -> pl.DataFrame:
    """One row per month end: days_past_due, bucket, principal_fen, overdue_fen, paid_fen."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("months_of_loan", loan_id=loan_id)


def _with_names(store: Store, actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    """Who applied, looked up for the rows at hand only."""
    names = store.read("customer_name", customer_ids=rows["customer_id"].unique().to_list())
    who = masked(store, actor, names)
    return rows.join(who, on="customer_id", how="left", maintain_order="left")


_APPLICATIONS = Listing("application_list", "application_id", APPLICATION_ORDERS, _with_names)


def _one(rows: pl.DataFrame, reason: str, **facts: Any) -> dict[str, Any]:
    found = rows.rows(named=True)
    if not found:
        raise NotFound(reason, **facts)
    return found[0]
