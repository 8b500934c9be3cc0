"""A statement of settlement as people read it: what stands on the paper, and the sheets."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.funding.settlement import Statement
from lending_core.settings import reference_file
from lending_core.workbook import Sheet, Workbook, workbook_bytes

_BY_DAY = (
    *("funded_fen", "principal_fen", "interest_fen", "penalty_fen", "recovered_fen"),
    *("guarantee_fen", "price_fen", "written_off_fen", "transferred_fen", "net_fen"),
)
# Days that a paper tells one by one.
PAPER_DAYS_MAX = 92
_IN_SHORT = ("opening_fen", *_BY_DAY, "closing_fen")


@dataclass(frozen=True)
class Issue:
    """What is known of a statement beside its figures. `names`: language -> the funder's name."""

    number: str
    names: Mapping[str, str]
    currency: str
    is_simulated: bool
    content_hash: str
    at: datetime
    by: str


def paper(statement: Statement, issue: Issue, language: str) -> dict[str, Any]:
    """What `portfolio.pack_pdf.typeset` sets: the sums, then the days."""
    figures = statement.figures
    notes = [word("note_parts", language), word("note_net", language)]
    shown = [
        {"name": word(name, language), "value": _money(figures[name]), "change": ""}
        for name in _IN_SHORT
    ]
    summary = {"title": word("summary", language), "notes": notes, "figures": shown}
    by = "by_month" if _is_long(statement) else "by_day"
    days = {"title": word(by, language), "notes": [], "figures": []}
    return {
        "language": language,
        "title": word("title", language, number=issue.number),
        "subtitle": _subtitle(statement, issue, language),
        "warning": word("simulated", language) if issue.is_simulated else "",
        "footer": word(
            "footer",
            language,
            at=f"{issue.at:%Y-%m-%d %H:%M}",
            by=issue.by,
            hash=issue.content_hash,
        ),
        "sections": [
            {**summary, "charts": [], "tables": []},
            {**days, "charts": [], "tables": [_table(statement, language)]},
        ],
    }


def sheets(statement: Statement, issue: Issue, language: str) -> bytes:
    """The statement as an Excel workbook: a sheet of the days with sums below, one in short."""
    facts = [
        (word("number", language), issue.number),
        (word("funder", language), issue.names[language]),
        (word("period", language), f"{statement.from_on} – {statement.to_on}"),
        (word("hash", language), issue.content_hash),
    ]
    if issue.is_simulated:
        facts.append((word("simulated", language), ""))
    columns = ("booked_on", *_BY_DAY)
    days = statement.days.select(
        "booked_on", *(pl.col(name).cast(pl.Decimal(38, 2)) / 100 for name in _BY_DAY)
    )
    amounts = [statement.figures[name] for name in _IN_SHORT]
    short = pl.DataFrame(
        {
            "name": [word(name, language) for name in _IN_SHORT],
            "amount": pl.Series(amounts, dtype=pl.Int64).cast(pl.Decimal(38, 2)) / 100,
        }
    )
    heads = [word(name, language) for name in columns]
    kinds = ["date", *["money"] * len(_BY_DAY)]
    summary = word("summary", language)
    made = [
        Sheet(summary, short, [summary, issue.currency], ["plain", "money"], adds_up=False),
        Sheet(word("by_day", language), days, heads, kinds),
    ]
    title = word("title", language, number=issue.number)
    return workbook_bytes(Workbook(title, issue.at, facts, made))


def word(code: str, language: str, **facts: object) -> str:
    """The words of a code (`statement_words.toml`). Raises `KeyError` for a code without any."""
    return _words()[code][language].format(**facts)


def _subtitle(statement: Statement, issue: Issue, language: str) -> str:
    return word(
        "subtitle",
        language,
        funder=issue.names[language],
        from_on=statement.from_on,
        to_on=statement.to_on,
        currency=issue.currency,
    )


def _table(statement: Statement, language: str) -> dict[str, Any]:
    """By day; by month where that would be more than a few sheets: the workbook has every day."""
    columns = ("booked_on", *_BY_DAY)
    shape = "%Y-%m" if _is_long(statement) else "%Y-%m-%d"
    day = pl.col("booked_on").dt.to_string(shape)
    told = statement.days.with_columns(day).group_by("booked_on", maintain_order=True)
    rows = told.agg(pl.col(*_BY_DAY).sum()).select(columns).rows()
    return {
        "title": "",
        "headings": [word(name, language) for name in columns],
        "numbers": [False, *[True] * len(_BY_DAY)],
        "rows": [[day, *(_money(fen) for fen in amounts)] for day, *amounts in rows],
        "notes": [],
    }


def _is_long(statement: Statement) -> bool:
    return statement.days.height > PAPER_DAYS_MAX


def _money(fen: int) -> str:
    return f"{Decimal(fen) / 100:,.2f}"


@functools.cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(reference_file("statement_words.toml").read_text("utf-8"))
