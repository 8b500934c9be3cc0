"""The loans behind provisions: those of a selection, and those behind a part of the movement. They
are computed once per book and month end, kept in memory, and read from there page by page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlglot import exp

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations import listing
from lending_core.operations.console import newest_event_id
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.operations.provision_figures import loans_of_part
from lending_core.operations.provisions import computed
from lending_core.portfolio.provision_assumptions import ratio_rules
from lending_core.portfolio.provision_ratios import bad_classes, checks
from lending_core.servicing.classification import classification
from lending_core.store.engine import Store

# What the lists may be sorted by.
LOAN_ORDERS = (
    *("ecl_fen", "exposure_fen", "loss_share", "probability_12m_share", "days_past_due"),
    *("allowance_fen", "loan_id"),
)
MOVED_ORDERS = ("amount_fen", "opening_loss_fen", "closing_loss_fen", "loan_id")
_COLUMNS = (
    *("loan_id", "ecl_fen", "exposure_fen", "principal_fen", "asset_class", "class_reason"),
    *("stage", "stage_reason", "bucket", "days_past_due", "allowance_fen", "product_code"),
)


@dataclass(frozen=True)
class Selection:
    """Which loans of a month end: empty means all. `check`: those that break one of
    `provision_ratios.checks`."""

    stages: tuple[int, ...] = ()
    asset_classes: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    product_codes: tuple[str, ...] = ()
    class_reasons: tuple[str, ...] = ()
    stage_reasons: tuple[str, ...] = ()
    check: str | None = None

    def of(self, table: str) -> exp.Select:
        """The query of the rows that are meant, of a table with a column per check."""
        found = exp.select("*").from_(exp.to_table(table))
        for column, codes in (
            ("stage", self.stages),
            ("asset_class", self.asset_classes),
            ("bucket", self.buckets),
            ("product_code", self.product_codes),
            ("class_reason", self.class_reasons),
            ("stage_reason", self.stage_reasons),
        ):
            if codes:
                found = found.where(exp.column(column).isin(*codes))
        return found if self.check is None else found.where(exp.column(self.check))


@dataclass(frozen=True)
class Provided:
    """The loans of a selection at a month end."""

    month_end_on: date
    chosen: Selection = Selection()


@dataclass(frozen=True)
class Moved:
    """The loans behind a part of the movement since the month end before; undrawn lines, which have
    no page, are left out."""

    month_end_on: date
    part: str


ProvisionGroup = Provided | Moved


def count_of(store: Store, actor: Actor, group: ProvisionGroup) -> int:
    """How many loans a group has."""
    require(actor, Permission.VIEW_BOOK)
    with _listed(store, group) as found:
        return listing.count(store, found, {})


def loans_of(store: Store, actor: Actor, group: ProvisionGroup, asked: Asked) -> pl.DataFrame:
    """One page of the loans of a group: loan_id; of `Provided` ecl_fen, exposure_fen,
    principal_fen, asset_class, class_reason, stage, stage_reason, bucket, days_past_due,
    allowance_fen (as booked), product_code, loss_share, probability_12m_share; of `Moved` the
    columns of `loans_of_part` and amount_fen, the amount without its sign."""
    require(actor, Permission.VIEW_BOOK)
    with _listed(store, group) as found:
        return listing.page(store, actor, found, asked, {})


def all_loans_of(
    store: Store, actor: Actor, group: ProvisionGroup, order: Order
) -> Iterator[pl.DataFrame]:
    """All loans of a group in frames, for a file: the columns of `loans_of`."""
    require(actor, Permission.VIEW_BOOK)
    return _frames(store, actor, group, order)


def _frames(
    store: Store, actor: Actor, group: ProvisionGroup, order: Order
) -> Iterator[pl.DataFrame]:
    with _listed(store, group) as found:
        yield from listing.frames(store, actor, found, order, {})


@contextmanager
def _listed(store: Store, group: ProvisionGroup) -> Iterator[Listing]:
    """The list of a group, over rows that stay as long as the block runs."""
    version, on = newest_event_id(store), group.month_end_on
    match group:
        case Provided():
            with store.kept(f"provided {version} {on}", lambda: _provided(store, on)) as table:
                yield Listing(group.chosen.of(table), "loan_id", LOAN_ORDERS)
        case Moved():
            key, part = f"moved {version} {on} {group.part}", group.part
            with store.kept(key, lambda: _moved(store, on, part)) as table:
                yield Listing(Selection().of(table), "loan_id", MOVED_ORDERS)


def _provided(store: Store, month_end_on: date) -> pl.DataFrame:
    bad = bad_classes(ratio_rules(), classification())
    return computed(store, month_end_on).loans.select(
        *_COLUMNS,
        loss_share=pl.col("ecl_fen") / pl.col("exposure_fen"),
        probability_12m_share="probability_12m",
        **{name: breaks.fill_null(value=False) for name, breaks in checks(bad).items()},
    )


def _moved(store: Store, month_end_on: date, part: str) -> pl.DataFrame:
    rows = loans_of_part(store, month_end_on, part)
    return rows.with_columns(amount_fen=pl.col("moved_fen").abs())
