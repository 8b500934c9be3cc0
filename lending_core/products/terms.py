"""The terms of loans as a frame: columns, words and defaults that a schedule is made from."""

import polars as pl

METHODS = (
    "equal_instalment",
    "equal_principal",
    "interest_only",
    "flat",
    "daily_interest",
    "minimum_payment",
)
DAY_COUNTS = ("30/360", "act/360", "act/365", "act/364", "act/act")
EVENT_KINDS = ("draw", "rate_change")

# Methods whose level says how much is repaid at a due date.
LEVEL_METHODS = ("equal_instalment", "equal_principal", "daily_interest", "flat")

# Thirty years of months; a longer schedule is a slipped digit.
INSTALMENTS_MAX = 360
EVERY_MONTHS_MAX = 12
EVERY_DAYS_MAX = 366

REQUIRED_COLUMNS = (
    "loan_id",
    "principal_fen",
    "annual_rate",
    "method",
    "instalments",
    "disbursed_on",
)
DEFAULTS: dict[str, tuple[object, type[pl.DataType]]] = {
    "every_months": (None, pl.Int64),
    "every_days": (None, pl.Int64),
    "day_count": ("30/360", pl.String),
    "rounding": ("half_even", pl.String),
    "month_end": ("clamp", pl.String),
    "instalment_multiple_fen": (0, pl.Int64),
    "grace_principal_instalments": (0, pl.Int64),
    "grace_interest_instalments": (0, pl.Int64),
    # Due dates that have passed: the first period runs from the last of them.
    "instalments_before": (0, pl.Int64),
    # A level held whatever happens, until the balance is repaid; 0 derives one.
    "level_fen": (0, pl.Int64),
    # Whether the part of a fen that rounding leaves is carried into the next interest.
    "carries_remainder": (False, pl.Boolean),
}
EVENT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "loan_id": pl.Int64,
    "on": pl.Date,
    "kind": pl.String,
    "amount_fen": pl.Int64,
    "annual_rate": pl.Decimal(scale=12),
}


def complete_terms(terms: pl.DataFrame) -> pl.DataFrame:
    """Terms with every column, in order of `loan_id`: omitted columns take their defaults, and
    where neither months nor days are given an instalment falls due every month.

    Raises `ValueError` for terms that no contract can have.
    """
    missing = [name for name in REQUIRED_COLUMNS if name not in terms.columns]
    if missing:
        raise ValueError(f"terms lack {', '.join(missing)}")
    omitted = [
        pl.lit(value, dtype).alias(name)
        for name, (value, dtype) in DEFAULTS.items()
        if name not in terms.columns
    ]
    whole = [name for name, (value, dtype) in DEFAULTS.items() if (value, dtype) == (0, pl.Int64)]
    complete = (
        terms.lazy()
        .with_columns(omitted)
        .with_columns(pl.col("instalments", "every_months", "every_days", *whole).cast(pl.Int64))
        .with_columns(
            pl.when(pl.col("every_days").is_null())
            .then(pl.col("every_months").fill_null(1))
            .otherwise("every_months")
            .alias("every_months")
        )
        .sort("loan_id")
        .collect()
    )
    _check(complete)
    return complete


def _check(terms: pl.DataFrame) -> None:
    grace = pl.max_horizontal("grace_principal_instalments", "grace_interest_instalments")
    faults = {
        "a loan_id occurs twice": pl.col("loan_id").is_duplicated(),
        "a principal is not positive": pl.col("principal_fen") <= 0,
        "a rate is negative": pl.col("annual_rate") < 0,
        "a method is unknown": ~pl.col("method").is_in(METHODS),
        "a day count is unknown": ~pl.col("day_count").is_in(DAY_COUNTS),
        "daily interest counts actual days": (
            (pl.col("method") == "daily_interest") & (pl.col("day_count") == "30/360")
        ),
        "both months and days are given": (
            pl.col("every_months").is_not_null() & pl.col("every_days").is_not_null()
        ),
        "a period is out of range": ~(
            pl.col("every_months").fill_null(1).is_between(1, EVERY_MONTHS_MAX)
            & pl.col("every_days").fill_null(1).is_between(1, EVERY_DAYS_MAX)
        ),
        "a number of instalments is out of range": (
            ~pl.col("instalments").is_between(1, INSTALMENTS_MAX)
        ),
        "a multiple is negative": pl.col("instalment_multiple_fen") < 0,
        "a grace is as long as the loan": grace >= pl.col("instalments"),
        "a number of instalments before is out of range": (
            ~pl.col("instalments_before").is_between(0, INSTALMENTS_MAX)
        ),
        "a level is negative": pl.col("level_fen") < 0,
        "a method has no level": (pl.col("level_fen") > 0) & ~pl.col("method").is_in(LEVEL_METHODS),
    }
    found = terms.select(fault.any().alias(text) for text, fault in faults.items())
    for text in faults:
        if found[text].item():
            raise ValueError(text)
