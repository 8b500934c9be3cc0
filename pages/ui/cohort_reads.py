"""Cached reads of vintage and roll rates, each a question to `reads.answer`."""

from datetime import date

import polars as pl

from lending_core.operations import rolls, vintages
from lending_core.operations.reports import BookFilter
from lending_core.operations.vintages import Asked, Behind, Vintage
from pages.ui.reads import answer, answer_for_all


def vintage(asked: Asked) -> Vintage:
    """What was lent and what went bad, by cohort: see `vintages.vintage`."""
    return answer_for_all(vintages.vintage, asked)


def bad_loans(asked: Asked, behind: Behind) -> pl.DataFrame:
    """Loans behind a point of a vintage: see `vintages.bad_loans`."""
    return answer(vintages.bad_loans, asked, behind)


def part_values() -> dict[str, list[str]]:
    """The values of each dimension that loans have, most loans first."""
    return answer_for_all(vintages.part_values)


def own_segments() -> pl.DataFrame:
    """One row per segment that an imported tape brought, and value: see `vintages.own_segments`."""
    return answer_for_all(vintages.own_segments)


def policy_versions() -> list[int]:
    """Versions of the limit policy that decided loans: see `vintages.policy_versions_lent`."""
    return answer_for_all(vintages.policy_versions_lent)


def changed_loans() -> int:
    """How many loans are told otherwise now: see `vintages.changed_loans`."""
    return answer_for_all(vintages.changed_loans)


def knows_amounts() -> bool:
    """Whether the book tells the amount of every loan: see `vintages.knows_amounts`."""
    return answer_for_all(vintages.knows_amounts)


def moves(chosen: BookFilter) -> pl.DataFrame:
    """One row per month end, stage before and state now: see `rolls.moves`."""
    return answer_for_all(rolls.moves, chosen)


def rolled_loans(chosen: BookFilter, month_end_on: date, between: tuple[str, str]) -> pl.DataFrame:
    """Loans that moved so in a month: see `rolls.rolled_loans`."""
    return answer(rolls.rolled_loans, chosen, month_end_on, between)
