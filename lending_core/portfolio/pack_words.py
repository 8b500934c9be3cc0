"""The words and numbers of a risk pack, in the languages of the house (`risk_pack.toml`)."""

import functools
import re
import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.money import currency_sign, divide_round
from lending_core.portfolio.pack import Pack, Section
from lending_core.products.catalogue import catalogue
from lending_core.settings import reference_file

DASH = "—"
# A month or a quarter of lending names itself.
_COHORT = re.compile(r"\d{4}(Q[1-4]|-\d\d)")
# Whole currency units: what a head of risk reads on paper has no hundredths.
_FEN_PER_UNIT = 100


def word(code: str, language: str, **facts: object) -> str:
    """The sentence or heading of a code. Raises `KeyError` for a code without one."""
    return _words()[code][language].format(**facts)


def book_name(pack: Pack, language: str) -> str:
    """A simulated book is ours to name; an own book bears the name it was given."""
    return word("pack.simulated_book", language) if pack.is_simulated else pack.book


def with_lenders(pack: Pack, language: str) -> Pack:
    """The pack with its lenders by name instead of by code."""
    names = {code: name[language] for code, name in pack.lenders.items()}
    return replace(pack, sections=tuple(_named_in(section, names) for section in pack.sections))


def heading(column: str, language: str) -> str:
    """What stands above a column or before a figure. A column of a month on book, a flow, a state
    reached or a cohort is named by what it is of. Raises `KeyError` for one without a name."""
    known = _words().get(f"column.{column}")
    if known:
        return known[language]
    bare = column.removesuffix("_share").removesuffix("_fen")
    if _COHORT.fullmatch(bare):
        return bare
    kind, _, of = bare.partition("_")
    return word(f"column.{kind}", language, of=named("state", of, language))


def shown(name: str, value: Any, language: str, currency: str) -> str:
    """A value of the column `name` as people read it on paper; a dash for an unknown one."""
    if value is None:
        return DASH
    if isinstance(value, str):
        return named(name, value, language)
    if isinstance(value, date):
        return value.isoformat()
    return _number(name, value, currency)


def changed(name: str, value: float | None, before: float | None) -> str:
    """How a figure moved since a month earlier: points of a share, percent of an amount."""
    if value is None or before is None:
        return DASH
    if name.endswith(("_share", "_rate")):
        return f"{(value - before) * 100:+.2f}pp"
    return f"{value / before - 1:+.1%}" if before else DASH


def named(column: str, code: str, language: str) -> str:
    """The name of a code of the domain; text that is no code stays."""
    if column == "product_code":
        product = catalogue().get(code)
        return _of(product, language) if product else code
    if column == "region_code":
        return _regions().get(code, {}).get(language, code)
    known = _words().get(f"{column}.{code}")
    return known[language] if known else code


def _named_in(section: Section, names: dict[str, str]) -> Section:
    told = [
        replace(table, frame=table.frame.with_columns(pl.col("funder_code").replace(names)))
        if "funder_code" in table.frame.columns
        else table
        for table in section.tables
    ]
    return replace(section, tables=told)


def _number(name: str, value: Any, currency: str) -> str:
    if name.endswith("_fen"):
        units = divide_round(int(value), _FEN_PER_UNIT)
        sign = currency_sign(currency)
        return f"-{sign}{-units:,}" if units < 0 else f"{sign}{units:,}"
    if name.endswith(("_share", "_rate")):
        return f"{value:.2%}"
    if name.endswith("_ratio"):
        return f"{value:,.2f}"
    is_whole = isinstance(value, int) or (isinstance(value, Decimal) and value % 1 == 0)
    return f"{int(value):,}" if is_whole else f"{value:,.1f}"


def _of(record: Any, language: str) -> str:
    return str(getattr(record, f"name_{language}"))


@functools.cache
def _regions() -> dict[str, dict[str, str]]:
    document = tomllib.loads(reference_file("regions.toml").read_text("utf-8"))
    return document.get("regions", document)


@functools.cache
def _words() -> dict[str, dict[str, str]]:
    """Code with its section -> language -> words."""
    document = tomllib.loads(reference_file("risk_pack.toml").read_text("utf-8"))
    return {
        f"{section}.{code}": words
        for section, codes in document.items()
        for code, words in codes.items()
    }
