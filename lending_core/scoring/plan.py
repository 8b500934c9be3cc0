"""What a training is asked to do: every choice is a value, so that it can be shown and redone."""

import functools
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lending_core.errors import InvalidInput
from lending_core.scoring import standards
from lending_core.scoring.features import may_score, score_features
from lending_core.scoring.standards import Scale, Target
from lending_core.settings import reference_file

# Steps done, steps in all. What it raises stops the training, and nothing is kept.
Progress = Callable[[int, int], None]

KINDS = ("number", "category")
RISKS = ("ascending", "descending", "auto", "any")
REJECT_INFERENCES = ("off", "fuzzy", "parcelling")

# Decimals that an edge may be rounded to, hundreds being -2; optbinning takes no more than 8.
DIGITS = range(-12, 9)

# What a choice may be, both ends included; beyond them a training takes long and says nothing.
BOUNDS = {
    "out_of_time_months": (0, 36),
    "bins_max": (2, 20),
    "bin_share_min": (0.005, 0.4),
    "information_value_min": (0.0, 1.0),
    "parcelling_uplift": (1.0, 10.0),
}


@dataclass(frozen=True)
class Candidate:
    """A feature that may enter a model.

    `risk` is how default probability moves as a number rises: `auto` is in either direction, `any`
    with one turn at most, whichever the sample shows. `codes` are numbers that stand for something
    else (-1: no account) and get bins of their own. `digits` are the decimals kept in a bin's
    edges, all where None. `may_be_withheld`: whether an applicant chooses if it is known.
    """

    name: str
    kind: str = "number"
    risk: str = "auto"
    codes: tuple[float, ...] = ()
    digits: int | None = None
    may_be_withheld: bool = True

    def __post_init__(self) -> None:
        if not may_score(self.name):
            raise InvalidInput("scorecard_feature_not_allowed", feature=self.name)
        if self.kind not in KINDS or self.risk not in RISKS:
            raise InvalidInput("training_candidate_broken", feature=self.name)
        is_odd_category = self.kind == "category" and (self.risk != "auto" or bool(self.codes))
        if is_odd_category or (self.digits or 0) not in DIGITS:
            raise InvalidInput("training_candidate_broken", feature=self.name)


@dataclass(frozen=True)
class TrainingPlan:
    """The choices of a training.

    `target` says what is bad, None where a file says it in its own words. Applications from
    `sample_from` to `sample_to` take part; those of the last `out_of_time_months` of them do not
    train but test. `parcelling_uplift` is how many times riskier than accepted applicants of the
    same score a declined one is taken to be.
    """

    target: Target | None
    scale: Scale
    sample_from: date | None
    sample_to: date | None
    out_of_time_months: int
    bins_max: int
    bin_share_min: float
    information_value_min: float
    reject_inference: str
    parcelling_uplift: float

    def __post_init__(self) -> None:
        for field, (least, most) in BOUNDS.items():
            if not least <= getattr(self, field) <= most:
                raise InvalidInput("training_plan_bound", field=field, least=least, most=most)
        if self.reject_inference not in REJECT_INFERENCES:
            raise InvalidInput("training_plan_choice", choices=", ".join(REJECT_INFERENCES))
        if self.sample_from and self.sample_to and self.sample_from > self.sample_to:
            raise InvalidInput("training_plan_window", first=self.sample_from, last=self.sample_to)


@functools.cache
def house_plan() -> TrainingPlan:
    """How the house trains unless somebody chooses otherwise: data/reference/scoring.toml."""
    document = tomllib.loads(reference_file("scoring.toml").read_text("utf-8"))
    return TrainingPlan(
        target=standards.target(),
        scale=standards.scale(),
        sample_from=None,
        sample_to=None,
        **document["plan"],
    )


def register_candidates() -> tuple[Candidate, ...]:
    """The score features of the register, in its order."""
    return tuple(
        Candidate(
            each.name,
            risk=each.risk or "auto",
            digits=each.split_digits,
            may_be_withheld=each.needs_consent,
        )
        for each in score_features()
    )
