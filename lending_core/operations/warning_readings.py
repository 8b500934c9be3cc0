"""What the rules of early warning look at, read from the book: one reading per measure, segment and
month end, and at the newest closed day of a month that is not over."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from lending_core.dates import add_months, month_end, month_start
from lending_core.operations.console import Book
from lending_core.portfolio.early_warning import READING_SCHEMA, share_of_cases
from lending_core.portfolio.early_warning_rules import alert_terms, measures
from lending_core.portfolio.early_warning_scores import score_readings
from lending_core.scoring.stability import SPAN_MONTHS
from lending_core.store.engine import Store, Transaction

# Shares of a book's own counts: measure, units and cases of `warning_loan_reading.sql`.
_ROLLS = ("roll_c", "roll_m1", "roll_m2")
# Shares of principal: measure -> part, whole, loans behind the part, loans.
_OF_PRINCIPAL = {
    "rate_30": ("late_30_fen", "balance_fen", "late_30_loans", "loans"),
    "entered_90": ("entered_90_fen", "balance_fen", "entered_90_loans", "loans"),
}
_PER_LATE = 10_000
_SEGMENT = ["segment_kind", "segment"]


@dataclass(frozen=True)
class Readings:
    """What was measured from a day on, and the same with the newest values of a month that is not
    over as they are expected at its end; both `READING_SCHEMA`."""

    measured: pl.DataFrame
    expected: pl.DataFrame


def first_to_read(current: Book) -> date:
    """The first day whose readings a run makes anew: what happened before stays as it was known,
    save the months whose remaining days say what the rest of this one will bring."""
    return add_months(month_start(current.business_on), -alert_terms().rest_months)


def read(reader: Store | Transaction, current: Book, from_on: date) -> Readings:
    """Readings of every measure from a day on."""
    loans = reader.reports.read("warning_loan_reading", from_on=from_on).filter(_has_segment())
    frames = [
        _approvals(reader, current, from_on),
        _scores(reader, current, from_on),
        *_first_payments(reader, current, from_on),
        *_vintages(reader, current, from_on),
        *(_of_principal(code, loans) for code in _OF_PRINCIPAL),
        *(_roll(code, loans) for code in _ROLLS),
        _funders(reader, from_on),
        _complaints(reader, current, from_on),
    ]
    measured = pl.concat(frame.cast(pl.Schema(READING_SCHEMA)) for frame in frames)
    return Readings(measured, _expected(reader, current, measured, loans))


def _approvals(reader: Store | Transaction, current: Book, from_on: date) -> pl.DataFrame:
    counted = reader.reports.read(
        "warning_approval", from_on=from_on, business_on=current.business_on
    )
    return share_of_cases(measures()["approval"], counted.filter(_has_segment()))


def _scores(reader: Store | Transaction, current: Book, from_on: date) -> pl.DataFrame:
    counted = reader.reports.read(
        "warning_score",
        from_on=from_on,
        business_on=current.business_on,
        reference_months=SPAN_MONTHS,
    )
    return score_readings(counted, "score_shift")


def _first_payments(
    reader: Store | Transaction, current: Book, from_on: date
) -> list[pl.DataFrame]:
    return [
        share_of_cases(
            measure,
            reader.reports.read(
                "warning_first_payment",
                from_on=from_on,
                business_on=current.business_on,
                days_past_due=measure.days_past_due,
            ).filter(_has_segment()),
        )
        for measure in measures().values()
        if measure.days_past_due is not None
    ]


def _vintages(reader: Store | Transaction, current: Book, from_on: date) -> list[pl.DataFrame]:
    return [
        share_of_cases(
            measure,
            reader.reports.read(
                "warning_vintage",
                from_on=from_on,
                business_on=current.business_on,
                months_on_book=measure.months_on_book,
            ).filter(_has_segment()),
        )
        for measure in measures().values()
        if measure.months_on_book is not None
    ]


def _of_principal(code: str, loans: pl.DataFrame) -> pl.DataFrame:
    part, whole, cases, units = _OF_PRINCIPAL[code]
    known = loans.filter(pl.col(whole) > 0)
    return known.select(
        pl.lit(code).alias("measure"),
        *_SEGMENT,
        "measured_on",
        value=pl.col(part).fill_null(0).cast(pl.Float64) / pl.col(whole).cast(pl.Float64),
        units=pl.col(units),
        cases=pl.col(cases),
        chance=pl.lit(None),
    )


def _roll(code: str, loans: pl.DataFrame) -> pl.DataFrame:
    counted = loans.select(
        *_SEGMENT,
        "measured_on",
        units=pl.col(f"{code}_units"),
        cases=pl.col(f"{code}_cases"),
    )
    return share_of_cases(measures()[code], counted)


def _funders(reader: Store | Transaction, from_on: date) -> pl.DataFrame:
    """How much of its quota of today each funder was owed in its shares of loans."""
    return reader.reports.read("warning_quota", from_on=from_on).select(
        pl.lit("funder_used").alias("measure"),
        *_SEGMENT,
        "measured_on",
        value=pl.col("open_fen").cast(pl.Float64) / pl.col("quota_fen"),
        units=pl.col("open_loans"),
        cases=pl.lit(None),
        chance=pl.lit(None),
    )


def _complaints(reader: Store | Transaction, current: Book, from_on: date) -> pl.DataFrame:
    counted = reader.reports.read(
        "warning_complaint", from_on=from_on, business_on=current.business_on
    )
    shares = share_of_cases(measures()["complaints"], counted)
    return shares.with_columns(pl.col("value") * _PER_LATE)


def _expected(
    reader: Store | Transaction, current: Book, measured: pl.DataFrame, loans: pl.DataFrame
) -> pl.DataFrame:
    """Readings with the newest of a month that is not over as the month end will find them: so far,
    and the mean of what the same remaining days brought in the months before."""
    on = current.business_on
    if on == month_end(on):
        return measured
    first_on = first_to_read(current)
    rest = reader.reports.read(
        "warning_rest_of_month", from_on=first_on, to_on=month_start(on), day_number=on.day
    ).filter(_has_segment())
    months = loans.filter(pl.col("measured_on").is_between(first_on, on, closed="left"))
    added = months.join(rest, on=[*_SEGMENT, "measured_on"], how="left")
    means = added.group_by(_SEGMENT).agg(
        rate_30=(pl.col("added_30_fen").fill_null(0) / pl.col("balance_fen").cast(pl.Float64))
        .fill_nan(0)
        .mean(),
        roll_c=(pl.col("added_1_loans").fill_null(0) / pl.col("roll_c_units")).fill_nan(0).mean(),
    )
    coming = means.unpivot(["rate_30", "roll_c"], index=_SEGMENT, variable_name="measure")
    grown = measured.join(
        coming.rename({"value": "added"}), on=["measure", *_SEGMENT], how="left"
    ).with_columns(pl.when(pl.col("measured_on") == on).then(pl.col("added")).fill_null(0))
    value = (pl.col("value") + pl.col("added")).clip(0.0)
    cases = (pl.col("cases") + pl.col("added") * pl.col("units")).clip(0).round()
    is_coming = pl.col("added") != 0
    return grown.with_columns(
        value=pl.when(is_coming).then(value).otherwise("value"),
        cases=pl.when(is_coming).then(cases).otherwise("cases").cast(pl.Int64),
    ).select(*READING_SCHEMA)


def _has_segment() -> pl.Expr:
    return pl.col("segment").is_not_null()
