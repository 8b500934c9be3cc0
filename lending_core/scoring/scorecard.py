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


@dataclass(frozen=True)
class Bin:
    """Values from `lower` (included) to `upper` (not included); `None` is an open end.

    What training saw in it (`None` on an expert card): share of all applicants, bad rate, and
    weight of evidence `ln(share of goods / share of bads)`, 0 where one of them is empty.
    """

    lower: float | None
    upper: float | None
    points: int
    count_share: float | None = None
    event_rate: float | None = None
    woe: float | None = None

    def __post_init__(self) -> None:
        if abs(self.points) > POINTS_MAX:
            raise InvalidInput(
                "scorecard_points_too_large", points=self.points, points_max=POINTS_MAX
            )


@dataclass(frozen=True)
class ScoredFeature:
    """One feature's bins: two or more `ranges` cover every number without gaps, from low to high;
    `missing` is for null and NaN."""

    name: str
    ranges: tuple[Bin, ...]
    missing: Bin
    information_value: float | None = None
    coefficient: float | None = None

    def __post_init__(self) -> None:
        if not may_score(self.name):
            raise InvalidInput("scorecard_feature_not_allowed", feature=self.name)
        if not _cover_all_numbers(self.ranges) or _edges(self.missing) != (None, None):
            raise InvalidInput("scorecard_bins_broken", feature=self.name)

    @property
    def bins(self) -> tuple[Bin, ...]:
        """The ranges from low to high, then the bin for missing values."""
        return (*self.ranges, self.missing)

    @property
    def best_points(self) -> int:
        """The most points that anybody can have for this feature."""
        return max(scored.points for scored in self.bins)

    def bin_of(self, value: float | None) -> Bin:
        """The bin that a value falls in; null and NaN fall in `missing`."""
        if value is None or math.isnan(value):
            return self.missing
        return next(each for each in self.ranges if each.upper is None or value < each.upper)


@dataclass(frozen=True)
class Dropped:
    """A feature that training left out: `constant`, `no_split`, `low_iv` or `wrong_sign`."""

    name: str
    reason: str
    information_value: float | None = None


@dataclass(frozen=True)
class Development:
    """What a card was trained on, and how it does there (the same sample, not a later one)."""

    trained_from: date
    trained_to: date
    bad_rate: float
    mean_default_probability: float
    metrics: Metrics
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True)
class Scorecard:
    """A version of the scorecard. `development` is `None` where the points are an expert's."""

    version: int
    target: Target
    scale: Scale
    features: tuple[ScoredFeature, ...]
    development: Development | None = None

    def __post_init__(self) -> None:
        names = [feature.name for feature in self.features]
        if not names or len(set(names)) < len(names):
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


def _cover_all_numbers(ranges: tuple[Bin, ...]) -> bool:
    if len(ranges) < 2 or ranges[0].lower is not None or ranges[-1].upper is not None:
        return False
    uppers = [each.upper for each in ranges[:-1]]
    lowers = [each.lower for each in ranges[1:]]
    splits = [split for split in uppers if split is not None and math.isfinite(split)]
    return lowers == uppers == splits == sorted(set(splits))


def _edges(scored: Bin) -> tuple[float | None, float | None]:
    return scored.lower, scored.upper
