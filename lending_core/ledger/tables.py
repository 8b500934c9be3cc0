"""Which tables hold facts, and what of their rows the ledger commits to: data, in one place."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from lending_core.settings import reference_file


@dataclass(frozen=True)
class FactTable:
    """A table of facts. `key`: columns that name a row; `personal`: columns of which only a salted
    hash goes into the ledger; `state`: columns that follow from other facts and are left out."""

    name: str
    key: tuple[str, ...]
    personal: tuple[str, ...] = ()
    state: tuple[str, ...] = ()


@cache
def fact_tables() -> dict[str, FactTable]:
    """The tables of facts by name, from data/reference/ledger_tables.toml."""
    return {
        name: FactTable(
            name,
            key=tuple(parts["key"]),
            personal=tuple(parts.get("personal", ())),
            state=tuple(parts.get("state", ())),
        )
        for name, parts in _document()["facts"].items()
    }


@cache
def left_out() -> dict[str, str]:
    """Tables that are no facts, each with the reason."""
    return dict(_document()["left_out"])


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(reference_file("ledger_tables.toml").read_text("utf-8"))
