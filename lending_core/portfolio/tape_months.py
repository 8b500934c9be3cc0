"""Month ends of a tape that tells them one by one: what each was before, and what it enters."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.servicing.buckets import bucket_codes
from lending_core.servicing.classification import classified
from lending_core.servicing.day_end import stages_of

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# More than so many days late is ever 30, ever 90, default (facts section 10).
DAYS_30, DAYS_90 = 30, 90


@dataclass(frozen=True)
class Months:
    """`rows`: as `loan_month` has them. `refused`: position, reason and target of rows that another
    row contradicts. `gaps`: how often a month is missing between two of a loan."""

    rows: pl.DataFrame
    refused: pl.DataFrame
    gaps: int


def followed(told: pl.DataFrame) -> Months:
    """What month ends told one by one come to.

    `told`: position, loan_id, disbursed_on, month_end_on, days_past_due, standing, principal_fen,
    sorted by loan, month and position; further columns are kept. Adds months_on_book, bucket,
    asset_class, stage, previous_bucket, previous_principal_fen, worst_days_past_due and entered_*.
    A second row of a loan's month is a duplicate, one before the loan's disbursement out of order.
    """
    is_early = told["month_end_on"] < told["disbursed_on"]
    rows = told.filter(~is_early)
    is_again = _is_same_loan(rows) & (_months(rows["month_end_on"]).diff().fill_null(1) == 0)
    refused = pl.concat(
        [
            _refused(told.filter(is_early), "order", "disbursed_on"),
            _refused(rows.filter(is_again), "duplicate", "month"),
        ]
    )
    kept = rows.filter(~is_again) if is_again.any() else rows
    own, step = _is_same_loan(kept), _months(kept["month_end_on"]).diff().fill_null(0)
    gaps = int((own & (step > 1)).sum())
    return Months(_derived(kept.drop("position"), own.to_numpy(), step.to_numpy()), refused, gaps)


def _derived(kept: pl.DataFrame, own: Flags, step: Whole) -> pl.DataFrame:
    """`own`: whether the row before is of the same loan; `step`: how many months before it is."""
    standing = _standing(kept)
    is_open = (standing == "open").to_numpy()
    is_lost = (standing == "written_off").to_numpy()
    late = kept["days_past_due"].fill_null(0).to_numpy().astype(np.int64)
    bucket = _buckets(late, is_open)
    worst = _highest_so_far(late, own)
    lost = _highest_so_far(is_lost.astype(np.int64), own)
    worst_before, lost_before = _before(worst, own), _before(lost, own)
    was_open = own & (step == 1) & np.concatenate([[False], is_open[:-1]])
    return _classified(kept, late, is_lost, is_open).with_columns(
        standing=standing,
        days_past_due=pl.when(pl.Series(is_open | is_lost))
        .then("days_past_due")
        .otherwise(pl.when(standing == "paid").then(0))
        .cast(pl.Int32),
        bucket=bucket,
        months_on_book=(_months(kept["month_end_on"]) - _months(kept["disbursed_on"])),
        previous_bucket=pl.when(pl.Series(was_open)).then(bucket.shift()),
        previous_principal_fen=pl.when(pl.Series(was_open)).then(pl.col("principal_fen").shift()),
        worst_days_past_due=pl.Series(worst, dtype=pl.Int32),
        entered_30=pl.Series((worst > DAYS_30) & (worst_before <= DAYS_30)),
        entered_90=pl.Series((worst > DAYS_90) & (worst_before <= DAYS_90)),
        entered_default=pl.Series(
            ((worst > DAYS_90) | (lost > 0)) & (worst_before <= DAYS_90) & (lost_before == 0)
        ),
    )


def _standing(kept: pl.DataFrame) -> pl.Series:
    """As told; else paid where nothing is owed any more, open where something or not known."""
    unsaid = pl.when(pl.col("principal_fen") == 0).then(pl.lit("paid")).otherwise(pl.lit("open"))
    return kept.select(pl.coalesce("standing", unsaid)).to_series()


def _buckets(late: Whole, is_open: Flags) -> pl.Series:
    codes = pl.Series(bucket_codes()).gather(stages_of(late))
    return pl.select(pl.when(pl.Series(is_open)).then(codes)).to_series()


def _classified(kept: pl.DataFrame, late: Whole, is_lost: Flags, is_open: Flags) -> pl.DataFrame:
    """With asset_class and stage by days past due (AC-02 to AC-05, EC-01 to EC-03)."""
    # Each number of days is classified once, as if not lost and as if lost.
    days = np.arange(int(late.max(initial=0)) + 1)
    nothing = {
        name: pl.lit(0, pl.Int64)
        for name in ("principal_fen", "interest_receivable_fen", "penalty_fen", "fee_fen")
    }
    placed = classified(
        pl.DataFrame(
            {
                "days_past_due": np.tile(days, 2),
                "is_charged_off": np.repeat([False, True], len(days)),
            }
        ).with_columns(is_restructured=pl.lit(False), **nothing)
    )
    place = pl.Series(np.where(is_open | is_lost, late + len(days) * is_lost, len(placed)))
    kinds = placed.select("asset_class", pl.col("stage").cast(pl.Int32))
    return kept.with_columns(pl.concat([kinds, pl.DataFrame(schema=kinds.schema).clear(1)])[place])


def _highest_so_far(values: Whole, own: Flags) -> Whole:
    """Within each loan. Each loan is lifted above all before it, so that one pass serves all."""
    if not len(values):
        return values
    lift = np.cumsum(~own) * (int(values.max()) + 1)
    highest: Whole = np.maximum.accumulate(values + lift) - lift
    return highest


def _before(values: Whole, own: Flags) -> Whole:
    """The value of the row before where it is of the same loan, else 0."""
    shifted = np.zeros_like(values)
    shifted[1:] = values[:-1]
    return np.where(own, shifted, 0)


def _is_same_loan(rows: pl.DataFrame) -> pl.Series:
    return (rows["loan_id"] == rows["loan_id"].shift()).fill_null(False)


def _months(days: pl.Series) -> pl.Series:
    """Whole months since the year 0."""
    return days.dt.year() * 12 + days.dt.month().cast(pl.Int32)


def _refused(rows: pl.DataFrame, reason: str, target: str) -> pl.DataFrame:
    return rows.select("position", reason=pl.lit(reason), target=pl.lit(target))
