"""What a risk pack says, gathered from the same reports as the screens."""

from datetime import date

import polars as pl

from lending_core.access.permissions import Actor, Permission
from lending_core.dates import add_months, month_start
from lending_core.operations import overdue, reports, risk_pack_book, risk_pack_work
from lending_core.operations.console import book
from lending_core.operations.reports import BookFilter
from lending_core.portfolio.delinquency import (
    first_payment_shares,
    headline_rates,
    rates_with_charged_off,
)
from lending_core.portfolio.headlines import headlines
from lending_core.portfolio.pack import Chart, Figure, Section, Table
from lending_core.portfolio.pack_charts import LATENESS_COLOURS
from lending_core.portfolio.roll_rates import sum_known
from lending_core.servicing.buckets import bucket_codes
from lending_core.store.engine import Store

# Months a chart looks back on, the newest included.
MONTHS = 13
_EVERYTHING = BookFilter()


def sections(store: Store, actor: Actor, month_end_on: date) -> tuple[Section, ...]:
    """The pack's sections for a month end, in order; none where the book had no loan by then. A
    tape that tells less has fewer of them."""
    if book(store).shape == "outcomes":
        return (risk_pack_book.cohorts(store, actor),)
    by_bucket = _until(reports.bucket_by_month(store, actor, _EVERYTHING), month_end_on)
    if by_bucket.is_empty():
        return ()
    if not overdue.knows_money(store, actor):
        return (
            _counted(by_bucket, month_end_on),
            risk_pack_book.cohorts(store, actor),
            risk_pack_book.roll(store, actor),
            risk_pack_work.warnings(store, actor),
        )
    found = (
        _summary(store, actor, by_bucket),
        _overdue(by_bucket, month_end_on),
        risk_pack_book.concentration(store, actor, month_end_on),
        risk_pack_book.cohorts(store, actor),
        risk_pack_book.roll(store, actor),
        risk_pack_book.provisions(store, actor, month_end_on),
        risk_pack_work.warnings(store, actor),
        risk_pack_work.collections(store, actor),
    )
    return tuple(section for section in found if section is not None)


def _until(frame: pl.DataFrame, month_end_on: date) -> pl.DataFrame:
    """Month ends of the pack; the newest closed day of a month that is not over is none."""
    return frame.filter(pl.col("month_end_on") <= month_end_on)


def _summary(store: Store, actor: Actor, by_bucket: pl.DataFrame) -> Section:
    rates, whole = headline_rates(by_bucket), rates_with_charged_off(by_bucket)
    figures = [
        _figure("balance_fen", rates["balance_fen"]),
        _figure("over_30_share", rates["rate_30"]),
        _figure("over_90_share", rates["rate_90"]),
        _figure("over_90_whole_share", whole["rate_90"]),
    ]
    if book(store).shape is None and actor.may(Permission.VIEW_APPLICATIONS):
        figures += _origination(store, actor, by_bucket)
    return Section("summary", figures=figures, notes=_unknown(by_bucket))


def _unknown(by_bucket: pl.DataFrame) -> tuple[str, ...]:
    return ("unknown_part",) if by_bucket["principal_fen"].has_nulls() else ()


def _origination(store: Store, actor: Actor, by_bucket: pl.DataFrame) -> list[Figure]:
    month_end_on = by_bucket["month_end_on"].max()
    figures = reports.month_figures(store, actor).filter(pl.col("month_end_on") <= month_end_on)
    quota_fen = int(reports.funder_room(store, actor)["quota_fen"].sum())
    months = headlines(figures, by_bucket, quota_fen)
    lent = overdue.first_payments(store, actor, _EVERYTHING)
    missed = first_payment_shares(lent, book(store).business_on, "principal_fen")
    return [
        _figure("lent_fen", months["lent_fen"]),
        _figure("approval_share", months["approval_share"]),
        _figure("headroom_fen", months["headroom_fen"]),
        _figure("first_payment_default_share", missed["fpd_30"].drop_nulls()),
    ]


def _figure(name: str, by_month: pl.Series) -> Figure:
    newest = by_month.tail(2).to_list()
    return Figure(name, newest[-1] if newest else None, newest[0] if len(newest) > 1 else None)


def _overdue(by_bucket: pl.DataFrame, month_end_on: date) -> Section:
    from_on = add_months(month_start(month_end_on), 1 - MONTHS)
    shown = by_bucket.filter(pl.col("month_end_on") >= from_on)
    stages = bucket_codes()[1:]
    late = (
        shown.filter(pl.col("bucket") != "C")
        .pivot("bucket", index="month_end_on", values="principal_fen")
        .sort("month_end_on")
    )
    missing = [pl.lit(0, pl.Int64).alias(name) for name in stages if name not in late.columns]
    rates = headline_rates(shown).select(
        "month_end_on", over_30_share="rate_30", over_90_share="rate_90"
    )
    named = late.with_columns(missing).rename({name: f"{name}_fen" for name in stages})
    return Section(
        "overdue",
        charts=[
            Chart(
                "late_by_stage",
                "bars",
                named,
                "month_end_on",
                tuple(f"{name}_fen" for name in stages),
                LATENESS_COLOURS[1:],
            ),
            Chart(
                "late_share",
                "lines",
                rates,
                "month_end_on",
                ("over_30_share", "over_90_share"),
                risk_pack_book.LINE_COLOURS[:2],
            ),
        ],
        tables=[
            Table(
                "stages",
                _by_balance(by_bucket, month_end_on),
                ("headline", *_unknown(shown)),
            )
        ],
    )


def _by_balance(by_bucket: pl.DataFrame, month_end_on: date) -> pl.DataFrame:
    return _stages(by_bucket, month_end_on, "principal_fen").select(
        "bucket", "loans", "principal_fen", balance_share="share", principal_before_fen="before"
    )


def _counted(by_bucket: pl.DataFrame, month_end_on: date) -> Section:
    """Stages by number, of a book that tells no amounts."""
    stages = _stages(by_bucket, month_end_on, "loans").select(
        "bucket", "loans", loans_share="share", loans_before="before"
    )
    return Section("overdue", tables=[Table("stages", stages)])


def _or_none(name: str, told: pl.DataFrame) -> pl.Expr:
    """0 for a stage that has no row; null where its row does not know."""
    has_row = pl.col("bucket").is_in(told["bucket"].implode())
    return pl.when(has_row).then(name).otherwise(0).alias(name)


def _stages(by_bucket: pl.DataFrame, month_end_on: date, weight: str) -> pl.DataFrame:
    """One row per stage: bucket, loans, principal_fen; of `weight` the share of the whole, and
    what it was at the month end before."""
    ends = by_bucket["month_end_on"].unique().sort()
    earlier_on = ends.tail(2).head(1)
    now = by_bucket.filter(pl.col("month_end_on") == month_end_on)
    before = by_bucket.filter(
        pl.col("month_end_on").is_in(earlier_on.implode()), pl.col("month_end_on") < month_end_on
    ).select("bucket", before=weight)
    stages = pl.DataFrame({"bucket": bucket_codes()})
    return (
        stages.join(now, on="bucket", how="left", maintain_order="left")
        .join(before, on="bucket", how="left", maintain_order="left")
        .with_columns(_or_none("loans", now), _or_none("principal_fen", now))
        .with_columns(_or_none("before", before), share=pl.col(weight) / sum_known(pl.col(weight)))
    )
