"""The feature register: what may be known of an applicant, from whom, and for which use."""

import functools
import tomllib
from dataclasses import dataclass

from lending_core.settings import reference_file

CONSENT_SOURCES = ("bureau", "payment_behaviour", "tenure", "merchant_receipts", "income")
SOURCES = (*CONSENT_SOURCES, "application", "own_book")
USES = ("score", "gate", "policy")
RISKS = ("ascending", "descending")


@dataclass(frozen=True)
class Feature:
    """One column of `application_feature`; `risk` says how default probability moves with it."""

    name: str
    source: str
    use: str
    unit: str
    en: str
    zh: str
    risk: str | None = None
    split_digits: int | None = None

    def __post_init__(self) -> None:
        if self.source not in SOURCES or self.use not in USES:
            raise ValueError(f"feature {self.name}: source {self.source!r}, use {self.use!r}")
        is_directed = self.risk in RISKS and self.split_digits is not None
        if is_directed != (self.use == "score"):
            raise ValueError(f"feature {self.name}: risk and split_digits belong to scores only")

    @property
    def needs_consent(self) -> bool:
        return self.source in CONSENT_SOURCES

    def label(self, language: str) -> str:
        """Short name for people, `language` being `en` or `zh`."""
        return self.zh if language == "zh" else self.en


@functools.cache
def register() -> dict[str, Feature]:
    """Every feature by name, in the order of the table's columns."""
    tables = _document()["features"]
    return {name: Feature(name=name, **facts) for name, facts in tables.items()}


def score_features() -> tuple[Feature, ...]:
    """The features that may enter a scorecard, in register order."""
    return tuple(feature for feature in register().values() if feature.use == "score")


def may_score(name: str) -> bool:
    """Whether a column of this name may enter a scorecard: registered for it, and no proxy word."""
    feature = register().get(name)
    return feature is not None and feature.use == "score" and not is_audit_only(name)


def is_forbidden(column: str) -> bool:
    """Whether a column of this name may not exist at all."""
    return _has_word(column, "forbidden")


def is_audit_only(column: str) -> bool:
    """Whether a column of this name may be read by a fairness audit only."""
    return _has_word(column, "audit_only")


def _has_word(column: str, group: str) -> bool:
    return any(f"_{word}_" in f"_{column}_" for word in _document()[group]["words"])


@functools.cache
def _document() -> dict:
    return tomllib.loads(reference_file("features.toml").read_text("utf-8"))
