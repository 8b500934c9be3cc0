"""What the house has settled about scores: their scale, what is bad, what is good enough."""

import functools
import math
import tomllib
from dataclasses import dataclass

from lending_core.errors import InvalidInput
from lending_core.settings import reference_file

# Different engines may differ in the last bit of a power; nine decimals make them agree.
PROBABILITY_DIGITS = 9


@dataclass(frozen=True)
class Scale:
    """Score and odds: at `anchor_score` there are `anchor_goods_per_bad`, more points are safer."""

    anchor_score: int
    anchor_goods_per_bad: int
    points_to_double_odds: int

    def __post_init__(self) -> None:
        is_usual = (
            0 <= self.anchor_score <= 1_000
            and 1 <= self.anchor_goods_per_bad <= 1_000
            and 20 <= self.points_to_double_odds <= 1_000
        )
        if not is_usual:
            raise InvalidInput("scorecard_scale_broken")

    @property
    def points_per_log_odds(self) -> float:
        return self.points_to_double_odds / math.log(2)

    def default_probability(self, score: int) -> float:
        """`1 / (1 + goods_per_bad * 2 ** ((score - anchor) / points_to_double))`, nine decimals."""
        doublings = (score - self.anchor_score) / self.points_to_double_odds
        return round(1.0 / (1.0 + self.anchor_goods_per_bad * 2.0**doublings), PROBABILITY_DIGITS)


@dataclass(frozen=True)
class Target:
    """Bad: ever this many days past due within this many months from disbursement. Those who came
    to `grey_from_days` but not to that are neither bad nor good; None: there is no such zone."""

    days_past_due: int
    window_months: int
    grey_from_days: int | None = None

    def __post_init__(self) -> None:
        grey_from = self.grey_from_days
        is_usual = 1 <= self.days_past_due <= 360 and 1 <= self.window_months <= 60
        if not is_usual or not (grey_from is None or 1 <= grey_from < self.days_past_due):
            raise InvalidInput("training_target_broken")


@dataclass(frozen=True)
class TrainingRules:
    """What training demands of a sample, whatever the plan."""

    bads_min: int
    goods_min: int


def scale() -> Scale:
    """The house scale: 600 points at one bad to 19 goods, 50 points double the odds."""
    return Scale(**_document()["scale"])


def target() -> Target:
    """What counts as bad; the training sample must be labelled by the same definition."""
    return Target(**_document()["target"])


def training_rules() -> TrainingRules:
    return TrainingRules(**_document()["training"])


def verdict(measure: str, value: float) -> str:
    """The word for a value of `psi`, `information_value`, `ks` or `auc`.

    Each word holds from its number on, so a PSI of exactly 0.10 is already `watch`.
    """
    words = _document()["verdicts"][measure]
    return [word for word, starts_at in words.items() if value >= starts_at][-1]


@functools.cache
def _document() -> dict:
    return tomllib.loads(reference_file("scoring.toml").read_text("utf-8"))
