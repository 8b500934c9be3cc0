"""Asset class, stage and loss allowance of a loan, as data (`classification.toml`)."""

import functools
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import polars as pl

from lending_core.money import divide_round
from lending_core.settings import reference_file

# Allowance rates have at most four decimals: whole ten-thousandths keep the product exact.
RATE_SCALE = 10_000


@dataclass(frozen=True)
class AssetClass:
    """A class holds from `days_past_due_from` days on; `allowance_rate` is of what is owed.

    `sources`: for each number the rule of the facts, or that it is an assumption.
    """

    asset_class: str
    days_past_due_from: int
    allowance_rate: Decimal
    sources: dict[str, str]


@dataclass(frozen=True)
class Stage:
    """A stage holds from `days_past_due_from` days on, or from a class on (None: from none)."""

    stage: int
    days_past_due_from: int
    sources: dict[str, str]
    asset_class_from: str | None = None


@dataclass(frozen=True)
class Classification:
    """All classes and stages in order of loss, and the least that a restructured loan is.

    `technical_days`: a loan that is at most so many days late is still normal (0: none is).
    """

    classes: tuple[AssetClass, ...]
    stages: tuple[Stage, ...]
    restructured_class: str
    restructured_stage: int
    technical_days: int = 0

    def __post_init__(self) -> None:
        for ladder in (self.classes, self.stages):
            floors = [step.days_past_due_from for step in ladder]
            if floors[0] != 0 or any(later <= earlier for earlier, later in pairwise(floors)):
                raise ValueError("classes and stages start at 0 days and rise")
        if any(each.allowance_rate * RATE_SCALE % 1 for each in self.classes):
            raise ValueError("an allowance rate has four decimals at most")
        if [stage.stage for stage in self.stages] != [*range(1, len(self.stages) + 1)]:
            raise ValueError("stages are numbered from 1")

    def position(self, asset_class: str) -> int:
        """Place of a class in the order of loss, from 0. Raises `ValueError` for an unknown one."""
        return self.codes.index(asset_class)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(each.asset_class for each in self.classes)


@functools.cache
def classification() -> Classification:
    """The house's classes and stages. Raises `ValueError` when the document contradicts itself."""
    document = classification_document()
    technical = document["technical_lateness"]
    return Classification(
        classes=tuple(
            AssetClass(**{**row, "allowance_rate": Decimal(row["allowance_rate"])})
            for row in document["asset_class"]
        ),
        stages=tuple(Stage(**row) for row in document["stage"]),
        restructured_class=document["restructured"]["asset_class_from"],
        restructured_stage=document["restructured"]["stage_from"],
        technical_days=technical["days_past_due_to"] if technical["is_exempt"] else 0,
    )


def classification_document() -> dict[str, Any]:
    """The document as written, with its sources."""
    return tomllib.loads(reference_file("classification.toml").read_text("utf-8"))


def classified(positions: pl.DataFrame, house: Classification | None = None) -> pl.DataFrame:
    """The rows with asset_class (AC-02 to AC-05, AC-08), stage (EC-01 to EC-04), allowance_fen.

    Needs days_past_due, is_restructured, is_charged_off, principal_fen, interest_receivable_fen,
    penalty_fen, fee_fen. The allowance is the class's rate of all that is owed, half to even; paid
    in advance interest (a receivable below 0) takes nothing off. A loan charged off is a loss
    without an allowance: that was used up when it was written off.
    """
    house = house or classification()
    placed = positions.with_columns(_class_position=_class_position(house)).with_columns(
        stage=_stage(house)
    )
    return placed.with_columns(
        asset_class=_by_class(house.codes, pl.String),
        allowance_fen=_allowance_fen(house, placed),
    ).drop("_class_position")


def class_place_of_days(house: Classification) -> pl.Expr:
    """Place in the order of loss by days past due alone (AC-01 to AC-05)."""
    reached = _steps_reached([each.days_past_due_from for each in house.classes])
    return reached * (pl.col("days_past_due") > house.technical_days).cast(pl.Int32)


def stage_of_days(house: Classification) -> pl.Expr:
    """Stage by days past due alone (EC-01 to EC-03)."""
    return _steps_reached([each.days_past_due_from for each in house.stages]) + 1


def _class_position(house: Classification) -> pl.Expr:
    restructured = house.position(house.restructured_class) * pl.col("is_restructured")
    worst = pl.lit(len(house.classes) - 1, pl.Int32)
    return (
        pl.when(pl.col("is_charged_off"))
        .then(worst)
        .otherwise(pl.max_horizontal(class_place_of_days(house), restructured.cast(pl.Int32)))
    )


def _stage(house: Classification) -> pl.Expr:
    restructured = (house.restructured_stage * pl.col("is_restructured")).cast(pl.Int32)
    from_class = [
        (each.stage * (pl.col("_class_position") >= house.position(each.asset_class_from))).cast(
            pl.Int32
        )
        for each in house.stages
        if each.asset_class_from is not None
    ]
    return pl.max_horizontal(stage_of_days(house), restructured, *from_class)


def _steps_reached(floors: list[int]) -> pl.Expr:
    """How many steps above the lowest the days past due have reached."""
    return pl.sum_horizontal(
        (pl.col("days_past_due") >= floor).cast(pl.Int32) for floor in floors[1:]
    )


def _by_class(values: tuple[str, ...] | tuple[int, ...], dtype: type[pl.DataType]) -> pl.Expr:
    return pl.col("_class_position").replace_strict(
        list(range(len(values))), list(values), return_dtype=dtype
    )


def _allowance_fen(house: Classification, placed: pl.DataFrame) -> pl.Series:
    rates = tuple(int(each.allowance_rate * RATE_SCALE) for each in house.classes)
    owed_fen = (
        pl.col("principal_fen")
        + pl.col("interest_receivable_fen").clip(lower_bound=0)
        + pl.col("penalty_fen")
        + pl.col("fee_fen")
    )
    scaled = placed.select(
        owed_fen * _by_class(rates, pl.Int64) * pl.col("is_charged_off").not_()
    ).to_series()
    return pl.Series(divide_round(scaled.to_numpy(), RATE_SCALE), dtype=pl.Int64)
