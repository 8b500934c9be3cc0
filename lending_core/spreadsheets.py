"""Text that people and files bring, on its way into a CSV for spreadsheets."""

import polars as pl

# A spreadsheet runs a cell that starts with one of these as a formula; a quote in front makes it
# text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with no text that runs as a formula; lists as text, separated by commas."""
    return frame.with_columns(_harmless(frame[name]) for name in frame.columns)


def _harmless(values: pl.Series) -> pl.Series:
    if values.dtype == pl.List:
        return values.cast(pl.List(pl.String)).list.join(", ")
    if values.dtype != pl.String:
        return values
    is_formula = values.str.head(1).is_in(FORMULA_STARTS)
    quoted = pl.when(is_formula).then("'" + pl.col(values.name)).otherwise(pl.col(values.name))
    return values.to_frame().select(quoted.alias(values.name)).to_series()
