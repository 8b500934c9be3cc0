"""What is known of an applicant, as people read it: each value by the unit of its feature."""

from collections.abc import Callable
from typing import Any

import polars as pl

from lending_core.scoring.features import Feature, register
from pages.ui import format as shown
from pages.ui.text import reference_name, sentence

# Sources that only a business has.
OF_BUSINESSES = ("merchant_receipts",)
# Drawn for tests of the policy, says nothing about the applicant.
_NOT_ABOUT_THE_APPLICANT = ("learning_draw",)


def value_text(feature: str, value: Any, language: str) -> str:
    """`34 years`, `¥12,000.00`, `Yes`, `0.42`; a dash where it is unknown."""
    if value is None:
        return shown.DASH
    unit = register()[feature].unit
    return _TEXTS[unit](value) if unit in _TEXTS else _sentence(unit, value, language)


def known(features: dict[str, Any], kind: str, language: str) -> pl.DataFrame:
    """One row per feature that such a borrower can have: feature (code), value (text), source
    (code), is_known; sources together, in the order of the register."""
    sources = list(dict.fromkeys(about.source for about in register().values()))
    features_of_sources = sorted(register().items(), key=lambda each: sources.index(each[1].source))
    rows = [
        (name, value_text(name, features[name], language), about.source, features[name] is not None)
        for name, about in features_of_sources
        if name not in _NOT_ABOUT_THE_APPLICANT
        and (kind == "small_business" or about.source not in OF_BUSINESSES)
    ]
    schema = {"feature": pl.String, "value": pl.String, "source": pl.String, "is_known": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def of_source(source: str, language: str) -> str:
    """Names of everything that one source's consent lets the house read."""
    names = [reference_name("feature", about.name, language) for about in _features_of(source)]
    return sentence("application.list_separator", language).join(names)


def _features_of(source: str) -> list[Feature]:
    return [about for about in register().values() if about.source == source]


def _sentence(unit: str, value: Any, language: str) -> str:
    if unit == "yes_no":
        return sentence("application.yes" if value else "application.no", language)
    number = "_one" if value == 1 else ""
    return sentence(f"unit.{unit}{number}", language, value=int(value))


_TEXTS: dict[str, Callable[[Any], str]] = {
    "fen": lambda value: shown.money(int(value)),
    "ratio": shown.ratio,
    "count": lambda value: shown.count(int(value)),
}
