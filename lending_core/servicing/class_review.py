"""Class and stage of loans at a month end, by all that is known beside their own days past due.

The close of a day places a loan by its days and its restructuring (`classification`). Here follow
what staff recorded of it, whether it was eased again, how long it has been on time since it was
bad, the other loans of a business, and a probability of default that rose. The worst of them holds,
and each loan says which it was.
"""

import functools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.servicing.classification import (
    Classification,
    class_place_of_days,
    classification,
    classification_document,
    stage_of_days,
)

DAYS = "days"
# Shares have at most two decimals.
SHARE_SCALE = 100
STAGE_OF_BAD = 3
STAGE_OF_INCREASE = 2


@dataclass(frozen=True)
class Trigger:
    """A fact that staff record of a loan, and the least class and stage that it then has."""

    kind: str
    asset_class_from: str
    stage_from: int
    sources: dict[str, str]


@dataclass(frozen=True)
class ReviewRules:
    """What holds a class down beside days past due (AC-07 to AC-09)."""

    triggers: tuple[Trigger, ...]
    observation_months: int
    again_class: str
    other_loans_share_above: Decimal
    other_loans_class: str
    months_on_time: int
    bad_class: str = "substandard"


@functools.cache
def review_rules() -> ReviewRules:
    """The house's rules, from `classification.toml`."""
    document = classification_document()
    again, others = document["restructured_again"], document["other_loans"]
    return ReviewRules(
        triggers=tuple(Trigger(**row) for row in document["trigger"]),
        observation_months=again["observation_months"],
        again_class=again["asset_class_from"],
        other_loans_share_above=Decimal(others["share_above"]),
        other_loans_class=others["asset_class_from"],
        months_on_time=document["upgrade"]["months_on_time"],
    )


def trigger_kinds() -> tuple[str, ...]:
    """What staff may record of a loan, in order of the document."""
    return tuple(each.kind for each in review_rules().triggers)


def bad_days_past_due() -> int:
    """From so many days past due on a loan is bad (AC-03)."""
    bad = review_rules().bad_class
    return next(
        each.days_past_due_from for each in classification().classes if each.asset_class == bad
    )


def reviewed(
    loans: pl.DataFrame,
    rules: ReviewRules | None = None,
    house: Classification | None = None,
) -> pl.DataFrame:
    """The rows with asset_class and stage as reviewed, class_reason and stage_reason.

    Needs loan_id, customer_id (null: not told), is_business, principal_fen, days_past_due;
    asset_class and stage by the close of the day, which knows of easing; restructures within the
    months of observation (null: none); trigger, the kind recorded that weighs most (null: none);
    months_on_time since it was bad (null: it never was, or still is by its days); is_increased: its
    probability of default rose. Reasons: days, restructured, restructured_again, upgrade,
    other_loans, increase, class, or a trigger's kind.
    """
    rules, house = rules or review_rules(), house or classification()
    placed = loans.with_columns(**_own_places(rules, house))
    reasons = [name.removeprefix("_place_") for name in placed.columns if "_place_" in name]
    worst = pl.max_horizontal(*(f"_place_{reason}" for reason in reasons))
    one = placed.with_columns(_own=worst)
    placed = one.with_columns(_place_other_loans=_by_other_loans(rules, house))
    reasons.append("other_loans")
    decided = placed.with_columns(_place=pl.max_horizontal("_own", "_place_other_loans"))
    return (
        decided.with_columns(
            class_reason=_first_reason(reasons, decided["trigger"].dtype),
            _stage_of_class=pl.when(pl.col("_place") >= house.position(rules.bad_class))
            .then(STAGE_OF_BAD)
            .otherwise(1),
        )
        .with_columns(**_stages(rules, house))
        .with_columns(asset_class=_codes(house))
        .select(*loans.columns, "class_reason", "stage_reason")
    )


def _own_places(rules: ReviewRules, house: Classification) -> dict[str, pl.Expr]:
    """The place in the order of loss that each kind of fact gives a loan by itself."""

    def at_least(condition: pl.Expr, asset_class: str) -> pl.Expr:
        return pl.when(condition).then(pl.lit(house.position(asset_class))).otherwise(pl.lit(0))

    by_kind = {each.kind: house.position(each.asset_class_from) for each in rules.triggers}
    return {
        "_place_days": class_place_of_days(house),
        "_place_restructured": pl.col("asset_class").replace_strict(
            list(house.codes), list(range(len(house.codes))), return_dtype=pl.Int32
        ),
        "_place_restructured_again": at_least(pl.col("restructures") > 1, rules.again_class),
        "_place_upgrade": at_least(
            pl.col("months_on_time") < rules.months_on_time, rules.bad_class
        ),
        "_place_trigger": pl.col("trigger")
        .replace_strict(by_kind, default=0, return_dtype=pl.Int32)
        .fill_null(0),
    }


def _by_other_loans(rules: ReviewRules, house: Classification) -> pl.Expr:
    """AC-07: the bad part of all that a business owes."""
    owed = pl.col("principal_fen")
    bad = pl.when(pl.col("_own") >= house.position(rules.bad_class)).then(owed).otherwise(0)
    share_above = int(rules.other_loans_share_above * SHARE_SCALE)
    is_bad = (
        bad.sum().over("customer_id") * SHARE_SCALE > owed.sum().over("customer_id") * share_above
    )
    together = pl.col("is_business") & pl.col("customer_id").is_not_null() & is_bad
    return pl.when(together).then(house.position(rules.other_loans_class)).otherwise(0)


def _first_reason(reasons: list[str], dtype: Any) -> pl.Expr:
    """The first reason that gives the place: days before the others, a trigger by its kind."""
    named = [
        pl.when(pl.col(f"_place_{reason}") == pl.col("_place")).then(
            pl.col("trigger").cast(dtype) if reason == "trigger" else pl.lit(reason)
        )
        for reason in reasons
    ]
    return pl.coalesce(*named)


def _stages(rules: ReviewRules, house: Classification) -> dict[str, pl.Expr]:
    """The worst stage, and what gave it: days first."""
    by_kind = {each.kind: each.stage_from for each in rules.triggers}
    by_trigger = pl.col("trigger").replace_strict(by_kind, default=1, return_dtype=pl.Int32)
    increase = pl.when(pl.col("is_increased")).then(STAGE_OF_INCREASE).otherwise(1)
    parts = {
        DAYS: stage_of_days(house),
        "trigger": by_trigger.fill_null(1),
        "increase": increase,
        "restructured": pl.col("stage"),
        "class": pl.col("_stage_of_class"),
    }
    worst = pl.max_horizontal(*parts.values()).cast(pl.Int32)
    reason = [
        pl.when(part == worst).then(pl.col("trigger") if name == "trigger" else pl.lit(name))
        for name, part in parts.items()
    ]
    return {"stage": worst, "stage_reason": pl.coalesce(*reason)}


def _codes(house: Classification) -> pl.Expr:
    return pl.col("_place").replace_strict(
        list(range(len(house.codes))), list(house.codes), return_dtype=pl.String
    )
