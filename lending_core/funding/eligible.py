"""Which lender may fund which loan, whatever its room: terms, region, licence and list."""

from datetime import date

import polars as pl

from lending_core.funding.funders import Funder

PPM = 1_000_000


def conditions(funder: Funder, day: date) -> dict[str, pl.Expr]:
    """What a loan must meet to be this lender's, in the order in which reasons are given.

    Reason -> expression over product_code, region_code, band, rate_ppm, instalments.
    `not_listed`: licence and published list (ZD-03); `region`: IL-24.
    """
    low, high = ppm(funder.annual_rate_min), ppm(funder.annual_rate_max)
    return {
        "product": pl.col("product_code").is_in(funder.product_codes),
        "not_listed": pl.lit(funder.may_lend_on(day)),
        "region": _among("region_code", funder.region_codes),
        "band": _among("band", funder.bands),
        "rate": pl.col("rate_ppm").is_between(low, high),
        "instalments": pl.col("instalments").is_between(
            funder.instalments_min, funder.instalments_max
        ),
    }


def eligible(loans: pl.DataFrame, lenders: list[Funder], day: date) -> pl.DataFrame:
    """One row per loan and a column per funder code: whether it may fund the loan."""
    return loans.select(
        pl.all_horizontal(*conditions(funder, day).values())
        .fill_null(value=False)
        .alias(funder.funder_code)
        for funder in lenders
    )


def first_reason(loans: pl.DataFrame, lenders: list[Funder], day: date) -> pl.Series:
    """Why no lender may fund a loan: the first condition after which none is left; null where one
    may fund it. `no_funder` without lenders."""
    if not lenders:
        return pl.repeat("no_funder", loans.height, dtype=pl.String, eager=True)
    told = [conditions(funder, day) for funder in lenders]
    names = list(told[0])
    left = [
        pl.any_horizontal(
            *(
                pl.all_horizontal(
                    *(each[name].fill_null(value=False) for name in names[: place + 1])
                )
                for each in told
            )
        )
        for place in range(len(names))
    ]
    reason = pl.coalesce(
        pl.when(~some).then(pl.lit(name)) for name, some in zip(names, left, strict=True)
    )
    return loans.select(reason=reason)["reason"]


def ppm(rate: object) -> int:
    """Millionths of an exact rate; raises `ValueError` for one that is finer."""
    scaled = rate * PPM  # type: ignore[operator]
    if scaled != int(scaled):
        raise ValueError(f"{rate} is finer than a millionth")
    return int(scaled)


def _among(column: str, codes: tuple[str, ...] | None) -> pl.Expr:
    return pl.lit(value=True) if codes is None else pl.col(column).is_in(codes)
