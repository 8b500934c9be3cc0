"""The feature register: what may be known of an applicant, from whom, and for which use."""

import functools
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from lending_core.errors import InvalidInput
from lending_core.settings import reference_file

CONSENT_SOURCES = ("bureau", "payment_behaviour", "tenure", "merchant_receipts", "income")
SOURCES = (*CONSENT_SOURCES, "application", "own_book")
USES = ("score", "gate", "policy", "audit")
PURPOSES = ("credit_assessment", "fraud_prevention", "fairness_audit")
UNITS = (
    "yes_no",
    "count",
    "days",
    "months",
    "months_overdue",
    "years",
    "fen",
    "ratio",
    "draw",
    "code",
)
RISKS = ("ascending", "descending")
_PLAIN_NAME = re.compile("[a-z][a-z0-9_]{0,62}")
# Words of a name: `native_place`, `NativePlace` and `sex2` are read like `native place` and `sex`.
_LETTERS = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\x00-\x7f]+")


@dataclass(frozen=True, kw_only=True)
class Feature:
    """What may be known of an applicant under one name, from `source`, for one `purpose` and `use`.

    `rule` is the rule of law on reading it, `minimum` and `maximum` what can be true at all, `risk`
    how default probability moves with it, and `can_change` whether the applicant can change it by
    what they do. `reason_` is what they are told where it cost points.
    """

    name: str
    source: str
    purpose: str
    use: str
    rule: str
    unit: str
    en: str
    zh: str
    meaning_en: str
    meaning_zh: str
    reason_en: str | None = None
    reason_zh: str | None = None
    also_needs: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    risk: str | None = None
    split_digits: int | None = None
    can_change: bool = False

    def __post_init__(self) -> None:
        words = ((self.source, SOURCES), (self.purpose, PURPOSES), (self.use, USES))
        if any(word not in known for word, known in (*words, (self.unit, UNITS))):
            raise ValueError(f"feature {self.name}: {self.source}, {self.purpose}, {self.use}")
        for_scores = (self.risk in RISKS, self.split_digits is not None, bool(self.reason_en))
        if any(each != (self.use == "score") for each in for_scores):
            raise ValueError(f"feature {self.name}: risk, digits and reason belong to scores only")

    @property
    def needs_consent(self) -> bool:
        return self.source in CONSENT_SOURCES

    @property
    def consents(self) -> tuple[str, ...]:
        """Every source that must be allowed before it may be known."""
        return tuple(
            source for source in (self.source, self.also_needs) if source in CONSENT_SOURCES
        )

    def label(self, language: str) -> str:
        """Short name for people, `language` being `en` or `zh`."""
        return self.zh if language == "zh" else self.en

    def meaning(self, language: str) -> str:
        """What exactly it says, in one sentence."""
        return self.meaning_zh if language == "zh" else self.meaning_en

    def reason(self, language: str) -> str | None:
        """What the applicant is told where it cost points; None where it is not for scores."""
        return self.reason_zh if language == "zh" else self.reason_en

    def is_possible(self, value: bool | int | float | None) -> bool:
        """Whether it can be true of anybody: unknown, a flag, or a number of its kind and range."""
        if value is None:
            return True
        if self.unit == "yes_no" or self.minimum is None or self.maximum is None:
            return isinstance(value, bool)
        kinds = (int, float) if self.unit == "ratio" else (int,)
        is_number = isinstance(value, kinds) and not isinstance(value, bool)
        return is_number and self.minimum <= value <= self.maximum


@functools.cache
def register() -> dict[str, Feature]:
    """Every feature by name, in the order of the table's columns."""
    return _entries("features")


@functools.cache
def audit_register() -> dict[str, Feature]:
    """What a fairness audit reads beside the columns of the register, by name."""
    return _entries("audit")


def score_features() -> tuple[Feature, ...]:
    """The features that may enter a scorecard, in register order."""
    return tuple(feature for feature in register().values() if feature.use == "score")


def withheld(granted: Collection[str]) -> tuple[str, ...]:
    """The features that may not be known where only these sources are allowed."""
    return tuple(
        feature.name for feature in register().values() if not set(feature.consents) <= set(granted)
    )


def check_values(values: Mapping[str, Any]) -> None:
    """Raises `InvalidInput` naming the first feature of the register whose value cannot be true: of
    another kind, not finite, or outside its range."""
    for name, feature in register().items():
        if not feature.is_possible(values.get(name)):
            label = {"en": feature.en, "zh": feature.zh}
            if feature.unit == "yes_no":
                raise InvalidInput("feature_not_yes_no", feature=label)
            raise InvalidInput(
                "feature_out_of_range",
                feature=label,
                minimum=feature.minimum,
                maximum=feature.maximum,
            )


def may_score(name: str) -> bool:
    """Whether a column of this name may enter a scorecard: registered for it, or a column of
    somebody's own file whose name is plain (`a_name_2`) and says nothing that may not score."""
    feature = register().get(name)
    if feature is not None:
        return feature.use == "score" and not is_audit_only(name)
    return _PLAIN_NAME.fullmatch(name) is not None and barred_word(name) is None


def barred_word(column: str) -> str | None:
    """The word for which a column of an own file may not enter a score, `None` if there is none:
    forbidden at all, for audits only, for gates only, or a name that scoring itself gives.

    To be asked of every column that an expression reads, whatever its result is called."""
    if column.lower() in _document()["taken"]["names"]:
        return column.lower()
    groups = ("forbidden", "audit_only", "gate_only")
    return next(filter(None, (_word(column, group) for group in groups)), None)


def is_forbidden(column: str) -> bool:
    """Whether a column of this name may not exist at all."""
    is_digest = column in _document()["forbidden"]["digests"]
    return not is_digest and _word(column, "forbidden") is not None


def is_audit_only(column: str) -> bool:
    """Whether a column of this name may be read by a fairness audit only."""
    return _word(column, "audit_only") is not None


def _word(column: str, group: str) -> str | None:
    spelled = f"_{'_'.join(_LETTERS.findall(column)).lower()}_"
    return next((word for word in _document()[group]["words"] if _says(spelled, word)), None)


def _says(spelled: str, word: str) -> bool:
    """Chinese is written without gaps between words, English is not: `page` says nothing of age."""
    return f"_{word}_" in spelled if word.isascii() else word in spelled


def _entries(group: str) -> dict[str, Feature]:
    return {name: Feature(name=name, **facts) for name, facts in _document()[group].items()}


@functools.cache
def _document() -> dict:
    return tomllib.loads(reference_file("features.toml").read_text("utf-8"))
