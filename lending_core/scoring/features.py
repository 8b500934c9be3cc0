"""The feature register: what may be known of an applicant, from whom, and for which use."""

import functools
import re
import tomllib
from dataclasses import dataclass

from lending_core.settings import reference_file

CONSENT_SOURCES = ("bureau", "payment_behaviour", "tenure", "merchant_receipts", "income")
SOURCES = (*CONSENT_SOURCES, "application", "own_book")
USES = ("score", "gate", "policy")
RISKS = ("ascending", "descending")
_PLAIN_NAME = re.compile("[a-z][a-z0-9_]{0,62}")
# Words of a name: `native_place`, `NativePlace` and `sex2` are read like `native place` and `sex`.
_LETTERS = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\x00-\x7f]+")


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


@functools.cache
def _document() -> dict:
    return tomllib.loads(reference_file("features.toml").read_text("utf-8"))
