"""Every visible word: `t("key.path", **facts)` in the session's language, and names of codes.

The words are in `locales/en.toml` and `locales/zh.toml`; both have the same keys, which
`tests/test_text.py` proves. Codes (a product, a region, a role) have a name, never shown raw.
"""

import functools
import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from lending_core.errors import LendingError
from lending_core.products.catalogue import Product, catalogue
from lending_core.servicing.accounts import Account, Flow, accounts, all_flows
from lending_core.settings import reference_file
from pages.ui import format as shown
from pages.ui import reads, session

LOCALES_FOLDER = Path(__file__).parent / "locales"
_DOLLAR = re.compile(r"(?<!\\)\$")
# What Markdown would read as emphasis or markup; a masked phone number is full of it.
_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\*_`~[]<>:$"})


def t(key: str, **facts: object) -> str:
    """The sentence of `key` in the session's language, its placeholders filled with `facts`; to
    stand in Markdown, where two bare dollar signs would make a formula of what is between them."""
    if not facts:
        return sentence(key, session.language())
    return sentence(key, session.language(), **{name: _bare(fact) for name, fact in facts.items()})


def unmarked(text: str) -> str:
    """A sentence of `t` where it does not stand in Markdown: read aloud, or in a file."""
    return text.replace("\\$", "$")


def sentence(key: str, language: str, **facts: object) -> str:
    """The sentence of `key` in `language`. Raises `ValueError` for a key without a sentence."""
    template = sentences(language).get(key)
    if template is None:
        raise ValueError(f"no text for {key!r} in {language}.toml")
    return template.format(**facts)


@functools.cache
def sentences(language: str) -> dict[str, str]:
    """Dotted key -> sentence with placeholders, as in `locales/<language>.toml`."""
    return _flat(tomllib.loads((LOCALES_FOLDER / f"{language}.toml").read_text("utf-8")))


def plain(typed: str | None) -> str:
    """What a person typed, safe to stand in Markdown: no emphasis, link or picture comes of it. A
    dash for words that a lake withholds."""
    return shown.DASH if typed is None else typed.translate(_MARKUP)


def person_name(user_name: str, language: str | None = None) -> str:
    """Name of an account, in the session's language where none is named; those of the demonstration
    are named after their role."""
    known = sentences(language or session.language())
    return known.get(f"role.{user_name}") or known.get(f"actor.{user_name}", user_name)


def product_name(code: str) -> str:
    """Name of a product of the catalogue in the session's language."""
    return reference_name("product", code, session.language())


def region_name(code: str) -> str:
    """Name of a province by its two-digit code in the session's language."""
    return reference_name("region", code, session.language())


def feature_name(code: str) -> str:
    """Name of a feature of the register in the session's language."""
    return reference_name("feature", code, session.language())


def funder_name(code: str) -> str:
    """Name of a lender of the house's register in the session's language."""
    return reference_name("funder", code, session.language())


def funder_names(codes: Iterable[str]) -> dict[str, str]:
    """Code -> name of each of these lenders in the session's language."""
    known, language = reads.funder_names(), session.language()
    return {code: known.get(code, {}).get(language, code) for code in codes}


def reference_name(kind: str, code: str, language: str) -> str:
    """Name of a code of the reference data (`product`, `region`, `feature`, `funder`, `account`,
    `flow`), of lenders of the register, else the code."""
    known = reads.funder_names() if kind == "funder" else _reference(kind)
    return known.get(code, {}).get(language, code)


def region_codes() -> list[str]:
    """The provinces of the reference data, in its order."""
    return list(_reference("region"))


def refusal_text(refusal: LendingError) -> str:
    """Why a step may not happen, in the session's language, with codes by their names."""
    language = session.language()
    named = {
        fact: funder_name(str(value))
        if fact == "funder_code"
        else sentences(language).get(f"{fact}.{value}", value)
        for fact, value in refusal.facts.items()
    }
    return LendingError(refusal.reason, **named).text(language)


def headline(fen: int | None) -> str:
    """Money at a glance in the session's language."""
    return shown.headline_money(fen, session.language())


def points(change: float | Decimal | None) -> str:
    """A change in percentage points with its sign, the same in both languages."""
    return shown.points(change)


@functools.cache
def _reference(kind: str) -> dict[str, dict[str, str]]:
    """Code -> language -> name."""
    if kind == "product":
        return {code: _named(product) for code, product in catalogue().items()}
    if kind == "account":
        return {code: _named(account) for code, account in accounts().items()}
    if kind == "flow":
        return {flow.flow: _named(flow) for flow in all_flows()}
    document = tomllib.loads(reference_file(f"{kind}s.toml").read_text("utf-8"))
    tables = document.get(f"{kind}s", document)
    return {code: table for code, table in tables.items() if isinstance(table, dict)}


def _bare(fact: object) -> object:
    return _DOLLAR.sub(r"\\$", fact) if isinstance(fact, str) else fact


def _named(record: Product | Account | Flow) -> dict[str, str]:
    return {"en": record.name_en, "zh": record.name_zh}


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        path = f"{prefix}{key}"
        flat |= _flat(value, f"{path}.") if isinstance(value, dict) else {path: value}
    return flat
