"""What a check finds: one row per thing that breaks a rule, and how it is said."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.compliance.register import Check
from lending_core.money import FEN_PER_YUAN, currency_sign

# Numbers as they are kept: in the unit of the check, exact to six decimals.
NUMBER = pl.Decimal(24, 6)
FOUND: dict[str, pl.DataType | type[pl.DataType]] = {
    "subject_id": pl.String,
    "measured": NUMBER,
    "limit_value": NUMBER,
    "detail": pl.String,
}
# Beside them, of what a check could not judge: why, as `compliance_checks.toml` names it after
# `unjudged_`; null of what breaks the rule.
WHY_UNJUDGED = "unjudged"
_COLUMNS = (*FOUND, WHY_UNJUDGED)


def found(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of `FOUND`, and `unjudged`: what a check does not say is null."""
    missing = [pl.lit(None).alias(name) for name in _COLUMNS if name not in frame.columns]
    numbers = ("measured", "limit_value")
    whole = frame.with_columns(missing).select(_COLUMNS)
    # Through text: a whole number must not pass through a binary fraction.
    return whole.with_columns(
        pl.col("subject_id", "detail", WHY_UNJUDGED).cast(pl.String),
        *(pl.col(name).cast(pl.Decimal(38, 6)).round(6).cast(NUMBER) for name in numbers),
    )


def named(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """Findings of a few things as rows with the names of `found`; numbers may be exact."""
    texts = [
        {name: None if row.get(name) is None else str(row[name]) for name in _COLUMNS}
        for row in rows
    ]
    frame = pl.DataFrame(texts, schema=dict.fromkeys(_COLUMNS, pl.String))
    return frame.with_columns(
        pl.col("measured", "limit_value").cast(pl.Decimal(38, 6)).cast(NUMBER)
    )


def sentence(check: Check, finding: dict[str, Any], language: str) -> str:
    """What was found, in `en` or `zh`. `finding` has measured, limit_value and detail, the latter
    already in words."""
    return check.found[language].format(
        measured=shown(finding["measured"], check.unit),
        limit=shown(finding["limit_value"], check.unit),
        detail=finding["detail"] or "",
    )


def shown(value: Decimal | None, unit: str) -> str:
    """A number of a finding in the unit of its check; a dash for an unknown one."""
    if value is None:
        return "—"
    if unit == "fen":
        return f"{currency_sign('CNY')}{value / FEN_PER_YUAN:,.2f}"
    if unit in ("rate", "share"):
        return f"{value:.2%}"
    return f"{value.normalize():,f}"
