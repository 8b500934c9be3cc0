"""Sections of a risk pack on how the book ages: concentration, cohorts, rolls, provisions."""

from datetime import date

import polars as pl

from lending_core.access.permissions import Actor
from lending_core.dates import add_months, month_start
from lending_core.operations import overdue, rolls, vintages
from lending_core.operations.provision_figures import provision_figures
from lending_core.operations.reports import BookFilter
from lending_core.portfolio.delinquency import STAGES_30_PLUS
from lending_core.portfolio.pack import Chart, Figure, Section, Table
from lending_core.portfolio.roll_rates import (
    FLOW_STAGES,
    Weight,
    flow_rates,
    flows,
    knows_balances,
    matrix,
    sum_known,
)
from lending_core.portfolio.vintage import Measure, points
from lending_core.servicing.buckets import bucket_codes
from lending_core.servicing.classification import classification
from lending_core.store.engine import Store

# Months on book at which cohorts are compared, and how many cohorts stand side by side.
AGES = (1, 3, 6, 9, 12, 18, 24)
COHORTS = 8
MATRIX_MONTHS, FLOW_MONTHS = 12, 6
LINE_COLOURS = ("#1F4E79", "#C06014", "#1F9A8E", "#556270", "#B23A48", "#7B5EA7")
_EVERYTHING = BookFilter()


def concentration(store: Store, actor: Actor, month_end_on: date) -> Section:
    """Where the balance stands and where it is late, by every dimension that the book knows."""
    known = overdue.part_values(store, actor, month_end_on)
    tables = [
        Table(
            f"by_{dimension}",
            _by_part(
                overdue.late_parts(store, actor, _EVERYTHING, month_end_on, dimension), dimension
            ),
        )
        for dimension, values in known.items()
        if values
    ]
    return Section("concentration", tables=tables, notes=("headline",))


def _by_part(parts: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """One row per value, most balance first: loans, principal_fen, balance_share, over_30_share."""
    counted = parts.filter(pl.col("bucket") != bucket_codes()[-1])
    is_late = pl.col("bucket").is_in(STAGES_30_PLUS)
    summed = counted.group_by(pl.col("part").alias(dimension)).agg(
        pl.col("loans").sum(),
        principal_fen=sum_known(pl.col("principal_fen")),
        late_fen=sum_known(pl.col("principal_fen").filter(is_late)),
    )
    whole = pl.col("principal_fen")
    by_balance = summed.sort(
        "principal_fen", dimension, descending=[True, False], nulls_last=[True, False]
    )
    return by_balance.select(
        dimension,
        "loans",
        "principal_fen",
        balance_share=pl.when(sum_known(whole) > 0).then(whole / whole.sum()),
        over_30_share=pl.when(whole > 0).then(pl.col("late_fen") / whole),
    )


def cohorts(store: Store, actor: Actor) -> Section:
    """Quarters of lending: how much of each was ever more than 30 days late, by months on book; of
    a tape with outcomes only, in default."""
    is_watched = not rolls.moves(store, actor, _EVERYTHING).is_empty()
    measure: Measure = "ever30" if is_watched else "default"
    asked = vintages.Asked(measure)
    found = vintages.vintage(store, actor, asked)
    weight: Weight = "amount" if vintages.knows_amounts(store, actor) else "count"
    told = points(found.lent, found.bad, found.observed_until_on, "quarter", weight)
    aged = _aged(told)
    if aged.is_empty():
        return Section("cohorts", notes=("no_cohort",))
    return Section(
        "cohorts",
        charts=[_curves(told, aged)],
        tables=[Table(f"cohorts_{measure}", aged, (f"cohorts_{weight}",))],
    )


def _aged(told: pl.DataFrame) -> pl.DataFrame:
    """One row per quarter: cohort, loans, lent_fen, and the share at each of `AGES` it reached."""
    newest = told.select("cohort_on").unique().sort("cohort_on").tail(COHORTS)
    wide = (
        told.filter(pl.col("months_on_book").is_in(AGES))
        .join(newest, on="cohort_on", how="semi")
        .with_columns(age=pl.format("month_{}_share", "months_on_book"))
        .pivot("age", index=("cohort_on", "cohort", "loans", "lent_fen"), values="rate")
        .sort("cohort_on")
    )
    ages = [f"month_{age}_share" for age in AGES if f"month_{age}_share" in wide.columns]
    return wide.select("cohort", "loans", "lent_fen", *ages)


def _curves(told: pl.DataFrame, aged: pl.DataFrame) -> Chart:
    shown = aged["cohort"].to_list()[-len(LINE_COLOURS) :]
    wide = (
        told.filter(pl.col("cohort").is_in(shown))
        .pivot("cohort", index="months_on_book", values="rate")
        .sort("months_on_book")
        .select("months_on_book", *(pl.col(name).alias(f"{name}_share") for name in shown))
    )
    series = tuple(f"{name}_share" for name in shown)
    return Chart(
        "cohort_curves", "lines", wide, "months_on_book", series, LINE_COLOURS[: len(shown)]
    )


def roll(store: Store, actor: Actor) -> Section:
    """Where loans move from one month end to the next: flows by month, and the matrix."""
    moved = rolls.moves(store, actor, _EVERYTHING)
    stood = moved.filter(pl.col("from_bucket").is_not_null())
    if stood.is_empty():
        return Section("roll", notes=("no_roll",))
    weight: Weight = "amount" if knows_balances(moved) else "count"
    newest_on = moved["month_end_on"].max()
    from_on = add_months(month_start(newest_on), 1 - MATRIX_MONTHS)  # type: ignore[arg-type]
    rates = flow_rates(moved, weight).select("month_end_on", "from_bucket", "rate")
    by_month = (
        rates.with_columns(name=pl.format("flow_{}_share", "from_bucket"))
        .pivot("name", index="month_end_on", values="rate")
        .sort("month_end_on")
    )
    names = [f"flow_{stage}_share" for stage in FLOW_STAGES if f"flow_{stage}_share" in by_month]
    recent = matrix(flows(moved.filter(pl.col("month_end_on") >= from_on), weight))
    return Section(
        "roll",
        charts=[
            Chart(
                "flow_rates",
                "lines",
                by_month.tail(MATRIX_MONTHS + 1),
                "month_end_on",
                tuple(names[:4]),
                LINE_COLOURS[: len(names[:4])],
            )
        ],
        tables=[
            Table("flow_rates", by_month.select("month_end_on", *names).tail(FLOW_MONTHS)),
            Table("roll_matrix", _matrix(recent), (f"roll_{weight}",)),
        ],
    )


def _matrix(recent: pl.DataFrame) -> pl.DataFrame:
    wide = recent.with_columns(name=pl.format("to_{}_share", "to_state")).pivot(
        "name", index="from_state", values="rate"
    )
    states = [*bucket_codes(), "paid", "written_off", "absent"]
    names = [f"to_{state}_share" for state in states if f"to_{state}_share" in wide.columns]
    return wide.select(pl.col("from_state").alias("bucket"), pl.col(names).fill_null(0.0))


def provisions(store: Store, actor: Actor, month_end_on: date) -> Section:
    """Classes, stages and what is set aside against the rules."""
    found = provision_figures(store, actor, month_end_on)
    if not found.knows_amounts:
        return Section("provisions", notes=("no_amounts",))
    money = ("principal_fen", "exposure_fen", "ecl_fen")

    def grouped(name: str) -> pl.DataFrame:
        sums = [pl.col(each).sum() for each in ("loans", *money)]
        return found.groups.group_by(name).agg(*sums).sort(name)

    tables = [
        Table("classes", _in_order(grouped("asset_class")), ("classes",)),
        Table("ifrs_stages", grouped("stage")),
    ]
    if found.movement is not None:
        tables.append(Table("movement", found.movement))
    return Section(
        "provisions",
        figures=[
            Figure("ecl_fen", found.ecl_fen, _opening_fen(found.movement)),
            Figure("overlay_fen", found.overlay_fen),
            Figure("provision_share", found.ratios.provision_ratio),
            Figure("coverage_share", found.ratios.coverage),
        ],
        tables=tables,
        notes=("provisions",),
    )


def _in_order(by_class: pl.DataFrame) -> pl.DataFrame:
    codes = pl.DataFrame({"asset_class": classification().codes})
    return codes.join(by_class, on="asset_class", how="inner", maintain_order="left")


def _opening_fen(movement: pl.DataFrame | None) -> int | None:
    """The expected loss of the month end before, without overlays; None where there is none."""
    if movement is None:
        return None
    opening = movement.filter(pl.col("part") == "opening")
    return int((opening["all_fen"] - opening["overlay_fen"]).sum())
