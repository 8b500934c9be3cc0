"""What the vintage screen and command read: what was lent and what went bad, by cohort."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl
from sqlglot import exp

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import newest_month_end
from lending_core.operations import cohort_queries, listing
from lending_core.operations.cohort_queries import Part
from lending_core.operations.console import book
from lending_core.operations.listing import Listing, Order
from lending_core.operations.reports import BookFilter
from lending_core.operations.restating import ENTERED, restated_months
from lending_core.portfolio.vintage import Measure, restated
from lending_core.store.engine import Store

Known = Literal["then", "now"]
# What the loans behind a point may be sorted by.
LOAN_ORDERS = (
    *("lent_fen", "principal_fen", "days_past_due", "months_on_book", "bad_on", "disbursed_on"),
    "loan_id",
)


@dataclass(frozen=True)
class Asked:
    """Which vintage: what counts as bad, of which part of the book, told apart by which segment,
    as each month end was known then or as it is known now."""

    measure: Measure = "ever30"
    chosen: BookFilter = field(default_factory=BookFilter)
    part: Part = field(default_factory=Part)
    known: Known = "then"


@dataclass(frozen=True, eq=False)
class Vintage:
    """`lent` and `bad` as `portfolio.vintage` takes them, observed up to the end of a month."""

    lent: pl.DataFrame
    bad: pl.DataFrame
    observed_until_on: date


@dataclass(frozen=True)
class Behind:
    """The loans behind a point: lent between two days, bad by a month on book, and of these values
    of the segment only (none: all)."""

    from_on: date
    to_on: date
    months_on_book: int
    values: tuple[str | None, ...] = ()


def vintage(store: Store, actor: Actor, asked: Asked) -> Vintage:
    """What was lent and what went bad, by cohort. Raises `InvalidInput` for a condition that may
    not be asked."""
    require(actor, Permission.VIEW_BOOK)
    until_on = newest_month_end(book(store).business_on)
    where = cohort_queries.checked(store, asked.part.where)
    parameters = asked.chosen.parameters()
    lent = _lent(store, asked, where)
    until = {"measure": asked.measure, "last_month_end_on": until_on}
    bad = store.reports.read_sql(cohort_queries.bad_query(asked.part, where), **until, **parameters)
    if asked.known == "now":
        bad = _restated(store, asked, bad, until | parameters)
    return Vintage(lent, bad, until_on)


def changed_loans(store: Store, actor: Actor) -> int:
    """How many loans of the whole book may be told otherwise now than at a month end: something
    was recorded of them after the month end for which it counts."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("restated_loan", known_on=book(store).business_on).height


def own_segments(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per segment of its own that an imported tape brought, and value: name, value, loans;
    none in a book of our own loans."""
    require(actor, Permission.VIEW_BOOK)
    return store.reports.read("own_segment")


def policy_versions_lent(store: Store, actor: Actor) -> list[int]:
    """Versions of the limit policy that decided loans of the book, ascending."""
    require(actor, Permission.VIEW_BOOK)
    rows = store.reports.read("lent_policy_version")
    return [int(version) for version in rows["policy_version"]]


def part_values(store: Store, actor: Actor) -> dict[str, list[str]]:
    """The values that loans have of each dimension, most loans first; a dimension that no loan
    tells is left out."""
    require(actor, Permission.VIEW_BOOK)
    everything = BookFilter().parameters()
    found = {}
    for dimension in cohort_queries.DIMENSIONS:
        sql = cohort_queries.lent_query(Part(dimension), None)
        by_value = (
            store.reports.read_sql(sql, **everything).group_by("segment").agg(pl.col("loans").sum())
        )
        ordered = by_value.drop_nulls("segment").sort("loans", "segment", descending=[True, False])
        if not ordered.is_empty():
            found[dimension] = ordered["segment"].to_list()
    return found


def knows_amounts(store: Store, actor: Actor) -> bool:
    """Whether the book tells the amount of every loan that was lent."""
    require(actor, Permission.VIEW_BOOK)
    unknown = store.reports.read("amount_unknown", business_on=book(store).business_on)
    return not unknown["loans"].item()


def count_bad_loans(store: Store, actor: Actor, asked: Asked, behind: Behind) -> int:
    """How many loans are behind a point of a vintage."""
    require(actor, Permission.VIEW_BOOK)
    return listing.count(store, *_bad_listing(store, asked, behind))


def told_of_bad_loans(
    store: Store, actor: Actor, asked: Asked, behind: Behind, columns: tuple[str, ...]
) -> tuple[str, ...]:
    """Those of the columns that any of the loans tells: a tape may know no amounts."""
    require(actor, Permission.VIEW_BOOK)
    found, parameters = _bad_listing(store, asked, behind)
    return listing.told(store, found, columns, parameters)


def bad_loans(
    store: Store, actor: Actor, asked: Asked, behind: Behind, page: listing.Asked
) -> pl.DataFrame:
    """One page of the loans behind a point of a vintage, as known then: loan_id, disbursed_on,
    bad_on, months_on_book, days_past_due, standing, principal_fen and lent_fen, product_code,
    region_code, funder_code, band, scenario, channel."""
    require(actor, Permission.VIEW_BOOK)
    found, parameters = _bad_listing(store, asked, behind)
    return listing.page(store, actor, found, page, parameters)


def all_bad_loans(
    store: Store, actor: Actor, asked: Asked, behind: Behind, order: Order
) -> Iterator[pl.DataFrame]:
    """All loans behind a point in frames, for a file: the columns of `bad_loans`."""
    require(actor, Permission.VIEW_BOOK)
    found, parameters = _bad_listing(store, asked, behind)
    return listing.frames(store, actor, found, order, parameters)


def _bad_listing(store: Store, asked: Asked, behind: Behind) -> tuple[Listing, dict[str, Any]]:
    where = cohort_queries.checked(store, asked.part.where)
    if asked.part.segment is not None and behind.values:
        each = [cohort_queries.in_segment(asked.part.segment, one) for one in behind.values]
        where = exp.and_(*([where] if where is not None else []), exp.or_(*each))
    tree = cohort_queries.restricted("vintage_loan", where)
    return Listing(tree, "loan_id", LOAN_ORDERS, is_report=True), {
        "measure": asked.measure,
        "last_month_end_on": newest_month_end(book(store).business_on),
        "from_on": behind.from_on,
        "to_on": behind.to_on,
        "last_months_on_book": behind.months_on_book,
        **asked.chosen.parameters(),
    }


def _lent(store: Store, asked: Asked, where: exp.Expr | None) -> pl.DataFrame:
    parameters = asked.chosen.parameters()
    if asked.part.segment is None and where is None and not asked.chosen.funder_codes:
        del parameters["funder_codes"]
        return store.reports.read("vintage_lent_all", **parameters)
    return store.reports.read_sql(cohort_queries.lent_query(asked.part, where), **parameters)


def _restated(
    store: Store,
    asked: Asked,
    bad: pl.DataFrame,
    parameters: dict[str, Any],
) -> pl.DataFrame:
    """`bad` without the loans told otherwise now, and with them as they are known now."""
    until_on = parameters["last_month_end_on"]
    changed = restated_months(store, book(store).business_on, until_on)
    if changed.is_empty():
        return bad
    ids = {"loan_ids": changed["loan_id"].unique().to_list()}
    where, among = cohort_queries.checked(store, asked.part.where), cohort_queries.among("loan_ids")
    chosen = among if where is None else exp.and_(where, among)
    then = store.reports.read_sql(cohort_queries.bad_query(asked.part, chosen), **parameters, **ids)
    filters = asked.chosen.parameters()
    own = store.reports.read_sql(cohort_queries.loan_query(asked.part, chosen), **filters, **ids)
    entered = changed.filter(pl.col(ENTERED[asked.measure])).join(own, on="loan_id")
    now = entered.group_by("segment", "cohort_on", "months_on_book").agg(
        loans=pl.len(), lent_fen=pl.col("lent_fen").sum()
    )
    return restated(bad, then, now)
