"""What provisions are held to, and where class, stage and booked allowance do not agree."""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from lending_core.portfolio.provision_assumptions import RatioRules
from lending_core.servicing.classification import Classification

# Ratios of the rules have at most four decimals.
RATIO_SCALE = 10_000


@dataclass(frozen=True)
class Ratios:
    """Provisions against loans (PV-01) and against bad loans (PV-02); None: nothing to divide by.

    `required_fen`: the higher of what the two rules ask for; `binding`: which one, `loans` or
    `bad`. `surplus_fen`: provisions above it, negative where they fall short.
    """

    provision_fen: int
    loans_fen: int
    bad_fen: int
    provision_ratio: float | None
    coverage: float | None
    required_fen: int
    binding: str
    surplus_fen: int


def ratios(provision_fen: int, loans_fen: int, bad_fen: int, rules: RatioRules) -> Ratios:
    """The two ratios of an amount of provisions. What the rules ask for is rounded up."""
    by_loans, by_bad = _asked(loans_fen, rules.provision_ratio), _asked(bad_fen, rules.coverage)
    required = max(by_loans, by_bad)
    return Ratios(
        provision_fen=provision_fen,
        loans_fen=loans_fen,
        bad_fen=bad_fen,
        provision_ratio=provision_fen / loans_fen if loans_fen else None,
        coverage=provision_fen / bad_fen if bad_fen else None,
        required_fen=required,
        binding="bad" if by_bad > by_loans else "loans",
        surplus_fen=provision_fen - required,
    )


def bad_classes(rules: RatioRules, house: Classification) -> tuple[str, ...]:
    """The classes that count as bad loans."""
    return house.codes[house.position(rules.bad_from_class) :]


def checks(bad: tuple[str, ...]) -> dict[str, pl.Expr]:
    """What must not be (EC-04) and what differs from the close of the day, each as the condition of
    a loan that breaks it; in order of weight."""
    is_bad, was_bad = pl.col("asset_class").is_in(bad), pl.col("booked_class").is_in(bad)
    late = (pl.col("asset_class") == "special_mention") & (pl.col("days_past_due") > 30)
    return {
        "bad_is_stage_3": is_bad != (pl.col("stage") == 3),
        "late_is_stage_2": late & (pl.col("stage") < 2),
        "closed_bad_is_stage_3": was_bad != (pl.col("booked_stage") == 3),
        "class_of_close": pl.col("asset_class") != pl.col("booked_class"),
        "stage_of_close": pl.col("stage") != pl.col("booked_stage"),
    }


# Of the checks, those that a review of more facts is expected to find.
EXPECTED = ("class_of_close", "stage_of_close")


def disagreements(loans: pl.DataFrame, bad: tuple[str, ...]) -> pl.DataFrame:
    """One row per check: check, is_expected, loans, principal_fen.

    Needs asset_class, stage, booked_class, booked_stage (by the close), days_past_due,
    principal_fen (null: the book does not tell it).
    """
    rows, is_told = [], loans["principal_fen"].null_count() == 0
    for check, breaks in checks(bad).items():
        broken = loans.filter(breaks.fill_null(value=False))
        fen = int(broken["principal_fen"].sum()) if is_told else None
        rows.append((check, check in EXPECTED, broken.height, fen))
    schema = {
        "check": pl.String,
        "is_expected": pl.Boolean,
        "loans": pl.Int64,
        "principal_fen": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def known_sum(name: str) -> pl.Expr:
    """The sum of what is known of a column; null where nothing is."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def _asked(owed_fen: int, ratio: Decimal) -> int:
    return -(-owed_fen * int(ratio * RATIO_SCALE) // RATIO_SCALE)
