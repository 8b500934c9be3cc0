"""The scorecard: whole points per bin of each feature, their sum is the score."""

import math
from dataclasses import dataclass
from datetime import date

from lending_core.errors import InvalidInput
from lending_core.scoring.features import may_score
from lending_core.scoring.performance import Metrics
from lending_core.scoring.standards import Scale, Target

# Far beyond any card in use; keeps every sum a small integer and every power finite.
POINTS_MAX = 1_000


def points_column(feature_name: str) -> str:
    """Name of the column that holds a feature's points."""
    return f"{feature_name}_points"


@dataclass(frozen=True)
class Bin:
    """Values from `lower` (included) to `upper` (not included), `None` being an open end; or only
    the `values` of a category, or the special `codes` of a number, that it lists.

    What training saw in it (`None` on an expert card): share of all applicants, bad rate, and
    weight of evidence `ln(share of goods / share of bads)`, 0 where one of them is empty.
    """

    lower: float | None
    upper: float | None
    points: int
    count_share: float | None = None
    event_rate: float | None = None
    woe: float | None = None
    values: tuple[str, ...] = ()
    codes: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if abs(self.points) > POINTS_MAX:
            raise InvalidInput(
                "scorecard_points_too_large", points=self.points, points_max=POINTS_MAX
            )

    @property
    def listed(self) -> tuple[str, ...] | tuple[float, ...]:
        """What it lists, one by one; empty for a range and for the bin of missing values."""
        return self.values or self.codes


@dataclass(frozen=True)
class ScoredFeature:
    """One feature's bins. Of a number: two or more `ranges` cover every number without gaps, from
    low to high, `groups` of special codes come before them, and `missing` is for null and NaN.
    Of a category: `groups` of values and no ranges, and `missing` is for null and every other
    value."""

    name: str
    ranges: tuple[Bin, ...]
    missing: Bin
    information_value: float | None = None
    coefficient: float | None = None
    groups: tuple[Bin, ...] = ()

    def __post_init__(self) -> None:
        if not may_score(self.name):
            raise InvalidInput("scorecard_feature_not_allowed", feature=self.name)
        if not (_lists_once(self) and _covers_the_rest(self)):
            raise InvalidInput("scorecard_bins_broken", feature=self.name)

    @property
    def bins(self) -> tuple[Bin, ...]:
        """The groups, the ranges from low to high, then the bin for missing values."""
        return (*self.groups, *self.ranges, self.missing)

    @property
    def is_category(self) -> bool:
        return not self.ranges

    @property
    def best_points(self) -> int:
        """The most points that anybody can have for this feature."""
        return max(scored.points for scored in self.bins)

    def bin_of(self, value: float | str | None) -> Bin:
        """The bin that a value falls in; null and NaN fall in `missing`, and so does a value of a
        category that no group lists."""
        if value is None:
            return self.missing
        if self.is_category:
            return self._group_of(str(value)) or self.missing
        number = float(value)
        if math.isnan(number):
            return self.missing
        return self._group_of(number) or self._range_of(number)

    def _group_of(self, value: float | str) -> Bin | None:
        return next((group for group in self.groups if value in group.listed), None)

    def _range_of(self, number: float) -> Bin:
        return next(each for each in self.ranges if each.upper is None or number < each.upper)


@dataclass(frozen=True)
class Dropped:
    """A feature that training left out: `constant`, `no_split`, `low_iv` or `wrong_sign`."""

    name: str
    reason: str
    information_value: float | None = None


@dataclass(frozen=True)
class Development:
    """What a card was trained on, and how it does there (the same sample, not a later one).
    The dates are of applications, None where a file has none."""

    trained_from: date | None
    trained_to: date | None
    bad_rate: float
    mean_default_probability: float
    metrics: Metrics
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True)
class Scorecard:
    """A version of the scorecard. `development` is `None` where the points are an expert's,
    `target` where the card is of a file that says in its own words what is bad."""

    version: int
    target: Target | None
    scale: Scale
    features: tuple[ScoredFeature, ...]
    development: Development | None = None

    def __post_init__(self) -> None:
        names = {feature.name for feature in self.features}
        # Points of a feature stand in a column of their own, which may not be another feature's.
        beside = {points_column(name) for name in names}
        if not names or len(names) < len(self.features) or names & beside:
            raise InvalidInput("scorecard_features_broken")

    @property
    def is_assumption(self) -> bool:
        """Whether the points are judgement rather than trained on outcomes."""
        return self.development is None

    @property
    def best_score(self) -> int:
        return sum(feature.best_points for feature in self.features)

    @property
    def worst_score(self) -> int:
        return sum(min(each.points for each in feature.bins) for feature in self.features)


def _lists_once(feature: ScoredFeature) -> bool:
    """Whether groups list values of a category, or finite codes of a number, each of them once, and
    no other bin lists any."""
    listed: list[float | str] = [each for group in feature.groups for each in group.listed]
    others = [group.codes if feature.is_category else group.values for group in feature.groups]
    return (
        all(group.listed and _edges(group) == _OPEN for group in feature.groups)
        and not any(others)
        and len(set(listed)) == len(listed)
        and all(isinstance(each, str) or math.isfinite(each) for each in listed)
        and not any(each.listed for each in (*feature.ranges, feature.missing))
    )


def _covers_the_rest(feature: ScoredFeature) -> bool:
    is_covered = bool(feature.groups) if feature.is_category else _cover_all(feature.ranges)
    return is_covered and _edges(feature.missing) == _OPEN


def _cover_all(ranges: tuple[Bin, ...]) -> bool:
    if len(ranges) < 2 or ranges[0].lower is not None or ranges[-1].upper is not None:
        return False
    uppers = [each.upper for each in ranges[:-1]]
    lowers = [each.lower for each in ranges[1:]]
    splits = [split for split in uppers if split is not None and math.isfinite(split)]
    return lowers == uppers == splits == sorted(set(splits))


def _edges(scored: Bin) -> tuple[float | None, float | None]:
    return scored.lower, scored.upper


_OPEN = (None, None)
